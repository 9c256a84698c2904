"""Texts of docstrings that several classes share."""

_FEATURES_IN = """
        n_features_in_ : int
            Number of angles.
        feature_names_in_ : ndarray of shape (n_features_in_,)
            Column names, if ``X`` had any in ``fit``.
        """
SHARED = {
    "two_theta": """
        two_theta : array-like of shape (n_angles,), default=None
            Angles in degrees; ``None`` means the column index.
        """,
    "X": """
        X : array-like of shape (n_patterns, n_angles)
            Patterns.
        """,
    "two_theta_": """
        two_theta_ : ndarray of shape (n_angles,)
            The angles, or column numbers.
        """,
    "features_in": _FEATURES_IN,
    "grid_attributes": f"""
        Attributes
        ----------
        two_theta_ : ndarray of shape (n_angles,)
            The angles, or column numbers.
        {_FEATURES_IN.strip()}
        """,
    "oviedo_2019": """
        References
        ----------
        .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
           datasets using data augmentation and deep neural networks", npj Comput. Mater. 5 (2019)
           60, doi:10.1038/s41524-019-0196-x.
        """,
}
