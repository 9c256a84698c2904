"""Texts that the docstrings of several displays and functions share."""

from skxrd._shared_docs import share_docs

share_inspection_docs = share_docs(
    {
        "ax": """
            ax : matplotlib.axes.Axes, default=None
                Axes to draw in; ``None`` makes a figure.
            """,
        "plot": """
            Parameters
            ----------
            ax : matplotlib.axes.Axes, default=None
                Axes to draw in; ``None`` makes a figure.

            Returns
            -------
            self : object
                The display.
            """,
        "attributes": """
            Attributes
            ----------
            ax_ : matplotlib.axes.Axes
                The axes drawn in.
            figure_ : matplotlib.figure.Figure
                Their figure.
            """,
        "prediction": """
            predicted : label
                Predicted class.
            probability : float
                Its probability.
            """,
        "wavelength": """
            wavelength : float, default=None
                Angstrom, for the label of the axis; ``None`` if unknown.
            """,
        "in_degrees": """
            in_degrees : bool, default=True
                Whether ``two_theta`` holds degrees rather than column numbers.
            """,
        "labels": """
            labels : list of str, default=None
                Text beside each pattern; ``None`` writes {default}.
            """,
        "colors": """
            y : array-like of shape (n_patterns,), default=None
                Classes: patterns of one class share a colour, named in a legend.
            """,
        "classes_and_domains": """
            y : array-like of shape (n_patterns,)
                Classes.
            groups : array-like of str, shape (n_patterns,), default=None
                ``"simulated"`` marks simulated patterns; ``None`` takes all for measured.
            domain_names : tuple of (str, str), default=('measured', 'simulated')
                Words of the legend for filled and hollow points.
            """,
        "estimator": """
            estimator : classifier, Pipeline or search
                Fitted. The classifier, or the last step, has ``cam`` and ``average_cam_``, as
                :class:`skxrd.neural.AllConvClassifier` has; of a search the best estimator is
                taken. The other steps transform the pattern, without samplers, as in predict.
            """,
        "one_pattern": """
            X : PowderPattern, list of one, or array-like of shape (n_angles,) or (1, n_angles)
                The pattern, as ``estimator.predict`` takes it.
            """,
        "columns": """
            two_theta : array-like of shape (n_angles,), default=None
                Degrees of the columns that reach the classifier; ``None`` takes them from the
                classifier or from the last earlier step that knows degrees.
            """,
        "images": """
            classifier : FingerprintConvClassifier
                Fitted.
            X : array-like of shape (n_images, n_columns)
                Flattened images, as the classifier takes them.
            """,
        "image_labels": """
            y : array-like of shape (n_images,), default=None
                Their labels; ``None`` takes the predicted ones.
            """,
        "references": """
            References
            ----------
            .. [1] A. Ziletti, D. Kumar, M. Scheffler and L. M. Ghiringhelli, "Insightful
               classification of crystal structures using deep learning", Nature Communications 9
               (2018) 2775, doi:10.1038/s41467-018-05169-6.
            """,
    }
)
