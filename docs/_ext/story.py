"""Order of the gallery, and which members of a class the reference shows."""

import fnmatch

# from a file to a prediction, then what it rests on, then what else can be done
STORY = (
    "plot_tutorial_films_and_cifs",
    "plot_tutorial_unknown_powder",
    "plot_tutorial_last_night",
    "plot_read_a_folder",
    "plot_simulate_and_name_peaks",
    "plot_powder_and_film",
    "plot_preprocess",
    "plot_three_augmentations",
    "plot_films_end_to_end",
    "plot_cases",
    "plot_prediction_sets",
    "plot_grid_search",
    "plot_smote",
    "plot_augmentation_curve",
    "plot_class_maps",
    "plot_step_curve",
    "plot_dtw_alignment",
    "plot_embedding",
    "plot_search_mixture",
    "plot_identify*",
    "plot_powder*",
    "plot_fingerprint_classes",
    "plot_fingerprint_transitions",
    "plot_save_and_load",
)


class StoryOrder:
    """Sort key of sphinx-gallery: the place of a script in the story, new ones last."""

    def __init__(self, src_dir):
        self.src_dir = src_dir

    def __call__(self, filename):
        """Place of a file, then its name."""
        name = filename.removesuffix(".py")
        for place, known in enumerate(STORY):
            if fnmatch.fnmatch(name, known):
                return f"{place:03d} {name}"
        return f"{len(STORY):03d} {name}"


def skip_members_of_others(app, what, name, entry, skip, options):
    """Leave out what scikit-learn and Python give to every class, and keep what our bases give."""
    if name.startswith("set_") and name.endswith("_request"):
        return True
    function = getattr(entry, "fget", None) or getattr(entry, "__func__", entry)
    module = getattr(function, "__module__", None)
    return True if module and not module.startswith("skxrd") else None


def ask_for_the_doi(app, uri):
    """Have the link check ask the DOI registry; publishers turn programs away."""
    head = "https://doi.org/"
    return f"{head}api/handles/{uri.removeprefix(head)}" if uri.startswith(head) else None


def escape_trailing_underscore(app, what, name, entry, options, lines):
    """Keep ``(n_features_in_,)`` in a type from being read as a link."""
    lines[:] = [line.replace("(n_features_in_,)", "(``n_features_in_``,)") for line in lines]


def setup(app):
    """Register the hooks with Sphinx."""
    app.connect("autodoc-skip-member", skip_members_of_others)
    app.connect("linkcheck-process-uri", ask_for_the_doi)
    app.connect("autodoc-process-docstring", escape_trailing_underscore, priority=100)
    return {"parallel_read_safe": True}
