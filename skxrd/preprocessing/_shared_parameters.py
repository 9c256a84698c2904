"""Texts of docstrings that several classes share."""

SHARED = {
    "two_theta": """
        two_theta : array-like of shape (n_angles,), default=None
            Angles in degrees; ``None`` stands for the column index.
        """,
    "two_theta_": """
        two_theta_ : ndarray of shape (n_angles,)
            The angles, or column numbers.
        """,
    "features_in": """
        n_features_in_ : int
            Number of angles.
        feature_names_in_ : ndarray of shape (n_features_in_,)
            Column names, if ``X`` had any in ``fit``.
        """,
    "oviedo_2019": """
        .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
           datasets using data augmentation and deep neural networks", npj Comput. Mater. 5 (2019)
           60, doi:10.1038/s41524-019-0196-x.
        """,
}
