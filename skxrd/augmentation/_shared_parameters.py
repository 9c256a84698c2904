"""Texts of docstrings that several augmenters share."""

from skxrd.preprocessing._shared_parameters import SHARED as _OF_ROWS

SHARED = {
    **_OF_ROWS,
    "training_rows_only": """
        ``fit_transform`` {default}, ``transform`` returns rows as they are, as in scikit-learn's
        ``TargetEncoder``: so in a plain :class:`sklearn.pipeline.Pipeline` training rows are
        perturbed and rows to classify are not. ``fit(X).transform(X)`` is therefore not
        ``fit_transform(X)``. An angle that is NaN, not measured, stays NaN.
        """,
    "random_state": """
        random_state : int, RandomState instance or None, default=None
            Seed of the draws; pass an int for the same rows in every call.
        """,
    "n_augmented": """
        n_augmented : int or dict of str to int, default=2000
            Number of rows to add, in total or to each class. A dictionary has one for each domain,
            such as ``{"simulated": 2000, "experimental": 2000}``: then ``groups`` tell which rows
            are of which, a domain without a number or without rows gets none, and the rest is
            done within each domain. Without groups all rows count as measured.
        per_class : bool, default=False
            Whether ``n_augmented`` rows are added to each class.
        """,
    "balance": """
        balance : bool, default=True
            Add equally many rows to each class (the first ones get one more if it does not divide);
            otherwise in proportion to its rows. Within a class, rows are copied equally often.
        keep_original : bool, default=True
            Return the given rows before the added ones.
        max_simulated : int, default=None
            Most simulated rows of each class that are kept and copied, if there are groups: those
            whose lines fit a measured row best, whatever its class, with lattice constants
            within 2 %. Thousands of crystals beside a few dozen films, most of them unlike any,
            otherwise leave the films no say. ``None`` keeps all.
        """,
    "sampled": """
        sample_indices_ : ndarray of shape (n_new_patterns,)
            For each row returned, the row it was made from.
        sampling_strategy_ : str
            Not used; imbalanced-learn sets it.
        """,
    "scaling": """
        scale_range : tuple of two floats, default=None
            Range of the factor c of Eq. 1; (1, 1) scales nothing. For blocks c is uniform,
            otherwise its logarithm is. ``None`` means (0.2, 5), for blocks for (0, 1).
        scale_fraction : float, default=None
            Probability that a region is scaled. ``None`` means 0.5, for blocks for 1.
        """,
    "block_width": """
        region : {"peak", "harmonic", "block"}, default="peak"
            What is scaled or eliminated as one; see :class:`PhysicsAugmenter`.
        block_width : float, default=None
            Width of the blocks in degrees, or in columns if ``two_theta`` is None. ``None`` means
            {default} degrees, and without angles for the same share of the columns as of 50
            degrees.
        """,
    "strain": r"""
        strain_range : tuple of two floats, default=(0.0, 0.0)
            Range of the lattice strain e; peaks move by :math:`-2 e \tan\theta`. Needs
            ``two_theta``.
        displacement_range : tuple of two floats, default=(0.0, 0.0)
            Range of the sample displacement s in mm, positive away from the source; peaks move by
            :math:`-2 s \cos\theta / R`. Needs ``two_theta``.
        goniometer_radius : float, default=240.0
            R in mm.
        """,
}
