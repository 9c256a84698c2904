"""Configuration of the documentation site.

One command builds it, without the network: ``python -m sphinx -W -b html docs docs/_build/html``.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no start-up messages in the gallery
sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from reference import write_reference  # noqa: E402

import skxrd  # noqa: E402

write_reference(Path(__file__).with_name("api.rst"))

project = "skxrd"
author = "The skxrd developers"
copyright = "2026, " + author
release = version = skxrd.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "matplotlib.sphinxext.plot_directive",
    "numpydoc",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
    "story",
]
exclude_patterns = ["_build", "gallery/*.ipynb", "gallery/*.py", "gallery/GALLERY_HEADER.rst"]
templates_path = ["_templates"]
suppress_warnings = ["config.cache"]  # gallery settings hold a compiled pattern

# Public names only, documented where users import them from.
autosummary_generate = True
autodoc_typehints = "none"  # numpydoc sections state the types
autodoc_class_signature = "mixed"
toc_object_entries_show_parents = "hide"  # the column at the side is narrow
numpydoc_show_class_members = False  # the class template lists the members of ours
numpydoc_xref_param_type = False

# Names of ours that lead nowhere are errors; those of other packages have no pages here.
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!skxrd\.)[\w.]+\.[\w.]*"),
]

# Links to elsewhere: `sphinx -b linkcheck`, which needs the network and is no part of the build.
linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_rate_limit_timeout = 60
linkcheck_report_timeouts_as_broken = True
linkcheck_exclude_documents = ["gallery/.*"]

# pictures of the guide, made by the scripts in docs/pictures
plot_formats = [("png", 160)]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_include_source = False

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": "plot_",
    "within_subsection_order": "story.StoryOrder",
    "backreferences_dir": "generated/examples",
    "doc_module": ("skxrd",),
    "abort_on_example_error": False,
    "show_memory": False,
    "show_signature": False,
    "download_all_examples": False,
    "write_computation_times": False,
    "capture_repr": (),
    "image_srcset": ["2x"],
    "remove_config_comments": True,
}

html_theme = "pydata_sphinx_theme"
html_title = "skxrd"
html_theme_options = {
    "navbar_align": "left",
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "tango",
    "pygments_dark_style": "monokai",
}
# pages without pages below them need no list of these at the side
ALONE = (
    "unknown_powder own_films paper_method install pitfalls from_the_papers citing contributing "
    "security changelog"
).split()
html_sidebars = dict.fromkeys(ALONE, [])
html_static_path = ["_static"]
html_css_files = ["skxrd.css"]
html_show_sourcelink = False
html_copy_source = False
