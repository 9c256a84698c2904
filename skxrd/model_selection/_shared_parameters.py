"""Parameter texts that several docstrings of this room share."""

STUDY = {
    "classifiers": """
        classifiers : dict of str to classifier
            Name in the table and classifier or pipeline.
        """,
    "sampling_pipelines": """
        classifiers : dict of str to Pipeline
            Name in the table and pipeline of imbalanced-learn with one sampling step, such as those
            of :func:`default_classifiers` that are not searches.
        """,
    "case": """
        case : {2, 3}, default=3
            What trains besides the simulated patterns: nothing, or the other folds of the measured.
        """,
    "progress": """
        progress : callable, default=None
            Called as ``progress(n_done, n_total, row)`` after each fold, ``row`` with the columns
            that tell the fold from others and its accuracy; also for folds that were kept.
        """,
    "predictions": """
        pandas.DataFrame
            One row a tested pattern: case, grouped, target, classifier, repeat, fold, row (of the
            data), true, predicted, correct, n_train (rows before any sampling), fit_seconds and
            predict_seconds (of the fold), and probability_CLASS for each class, missing where the
            classifier gives no probabilities.
        """,
}

SPLITTERS = {
    "folds": """
        n_splits : int, default=5
            Number of folds.
        shuffle : bool or None, default=None
            Whether to shuffle before splitting; ``None`` shuffles if ``random_state`` is given, so
            that two calls give the same folds unless ``shuffle=True`` is set without a seed.
        random_state : int, RandomState instance or None, default=None
            Seed of the shuffle.
        """,
}
