"""Order of the gallery, and which members of a class the reference shows."""

import fnmatch

# from a file to a prediction, then what it rests on, then what else can be done
STORY = (
    "plot_read_a_folder",
    "plot_simulate_and_name_peaks",
    "plot_powder_and_film",
    "plot_preprocess",
    "plot_three_augmentations",
    "plot_films_end_to_end",
    "plot_cases",
    "plot_grid_search",
    "plot_smote",
    "plot_augmentation_curve",
    "plot_class_maps",
    "plot_step_curve",
    "plot_dtw_alignment",
    "plot_embedding",
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


def skip_request_methods(app, what, name, entry, skip, options):
    """Leave out ``set_fit_request`` and its kind, which scikit-learn writes for every class."""
    return True if name.startswith("set_") and name.endswith("_request") else None


def escape_trailing_underscore(app, what, name, entry, options, lines):
    """Keep ``(n_features_in_,)`` in a type from being read as a link."""
    lines[:] = [line.replace("(n_features_in_,)", "(``n_features_in_``,)") for line in lines]


def setup(app):
    """Register the hooks with Sphinx."""
    app.connect("autodoc-skip-member", skip_request_methods)
    app.connect("autodoc-process-docstring", escape_trailing_underscore, priority=100)
    return {"parallel_read_safe": True}
