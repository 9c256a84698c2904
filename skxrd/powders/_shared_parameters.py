"""Texts of docstrings that several functions and methods share."""

SHARED = {
    "X": """
        X : array-like of shape (n_patterns, n_angles)
            Patterns, NaN where nothing was measured.
        """,
    "two_theta": """
        two_theta : array-like of shape (n_angles,), default=None
            Angles of the columns of ``X`` in degrees; ``None`` is the grid of the training.
        """,
    "level": """
        level : {"space_group", "extinction_group", "crystal_system"}, default="space_group"
            Level of the labels that ``predict`` gives.
        """,
    "wavelength": """
        wavelength : float or str, default=None
            Wavelength of the scans in ``X``, in angstrom or by name. It may be left out only where
            ``two_theta`` is; it is then that of the training.
        """,
    "path": """
        path : path-like, default=None
            Another network, written by :func:`export_symmetry_network`; ``None`` is the one of the
            package.
        """,
    "labels": """
        labels : pandas.DataFrame
            Of :func:`read_powder_labels`.
        """,
}
