"""Texts that the docstrings of the classifiers and of their networks share."""

from skxrd._shared_docs import share_docs

_TEXTS = {
    "X": """
        X : array-like of shape (n_patterns, n_angles)
            Patterns.
        """,
    "fit": """
        sample_weight : array-like of shape (n_patterns,), default=None
            Weight of each pattern in the loss; those of weight zero are left out.
        **fit_params : dict
            Arguments of Keras' ``fit`` that are in force for this call, such as ``epochs``.
        """,
    # parameters of the classifiers
    "loss": """
        loss : {"categorical_crossentropy", "binary_crossentropy"} or callable, \
default="categorical_crossentropy"
            Loss on the softmax probabilities; a callable is one of Keras, or takes one-hot classes
            and probabilities.
        """,
    "epochs": """
        epochs : int, default={default}
            Largest number of passes over the training rows.
        """,
    "batch_size": """
        batch_size : int, default={default}
            Rows in each step; -1 takes all.
        """,
    "optimizer": """
        optimizer : str, keras.optimizers.Optimizer or its class, default="adam"
            Optimiser. An object is copied for each training and has a learning rate of its own.
        """,
    "learning_rate": """
        learning_rate : float, default=0.001
            Step size of the optimiser.
        """,
    "patience": """
        patience : int, default={default}
            Epochs without a lower loss after which training stops. The loss is that of the
            validation rows if there are any, otherwise that of the training rows, and the weights
            of the best epoch are kept. ``None`` trains all epochs and keeps the last weights.
        """,
    "training_options": """
        min_delta : float, default=0.0001
            Smallest change of the loss that counts as lower.
        class_weight : dict or "balanced", default=None
            Weight of each class in the loss, ``{label: weight}``; ``"balanced"`` weights each
            class by the inverse of its frequency. ``None`` gives every row the same weight.
        validation : float or (X, y), default=None
            Rows for early stopping. A fraction holds out that share of the rows given to ``fit``,
            the same share of each class. After an augmentation step these would be altered copies
            of training rows, and their loss too low: then pass ``(X, y)``, preprocessed like the
            rows that the classifier is given, or leave ``None``.
        metrics : list of str or keras.metrics.Metric, default=None
            Further metrics for ``history_``, besides loss and accuracy.
        callbacks : list of keras.callbacks.Callback, default=None
            Further callbacks of the training, or classes of such.
        warm_start : bool, default=False
            Whether ``fit`` goes on from the weights of the last fit.
        random_state : int, RandomState instance or None, default=None
            Seed of everything random in the training: initial weights, changes and dropout, the
            order of rows, the validation rows. The same integer gives identical weights on the
            same machine.
        verbose : int, default=0
            0 is silent, 1 shows progress, 2 prints a line for each epoch.
        **keras_options : dict
            Parameters under the names of scikeras: other names of those above, such as
            ``model__filters``, ``optimizer__learning_rate`` and ``fit__epochs``, and further ones,
            such as ``optimizer__beta_1`` and ``callbacks__patience``.
        """,
    # attributes of the classifiers
    "fitted_network": """
        classes_ : ndarray of shape (n_classes,)
            Labels, sorted.
        n_features_in_ : int
            Number of columns.
        history_ : dict of str to list of float
            ``loss`` and ``accuracy`` of each epoch, and ``val_loss`` and ``val_accuracy`` with
            validation rows.
        model_ : keras.Model
            The fitted network.
        """,
    "maps_of_training": """
        two_theta_ : ndarray of shape (n_angles,)
            Angles of the columns, or their index.
        average_cam_ : ndarray of shape (n_classes, n_angles)
            Average map of the training rows of each class, so that a stored classifier explains
            without its training data.
        """,
    # networks
    "n_angles": """
        n_angles : int
            Columns of ``X``.
        """,
    "n_classes": """
        n_classes : int
            Number of classes.
        """,
    "seed": """
        seed : int, default=None
            Seed of the initial weights and of dropout; ``None`` draws one from Python's
            ``random``, as Keras does.
        """,
    "all_conv_layers": """
        filters : int, default=32
            Filters of each convolution.
        kernel_sizes : tuple of int, default=(8, 5, 3)
            Kernel size, and stride, of each convolution.
        """,
    "powder_layers": """
        hidden_units : tuple of int, default=None
            Units of the two dense layers. ``None`` takes the published ones for the number of
            classes: (700, 70) for 7, (4040, 202) for 101, (2300, 1150) for 230, and for other
            numbers as many for each class as the nearest of these has.
        filters : int, default=80
            Filters of each convolution; their kernels are 100, 50 and 25 angles long.
        dropout : float, default=0.3
            Share of values that is dropped after each convolution.
        dense_dropout : float, default=0.5
            Share of values that is dropped after each dense layer.
        """,
    "fingerprint_layers": """
        filters : tuple of int, default=(32, 16, 12, 12, 8, 8)
            Filters of each convolution.
        kernel_size : int, default=7
            Pixels along each side of a filter.
        hidden_units : int, default=128
            Units of the dense layer.
        dropout : float, default=0.25
            Share of values that is dropped after the dense layer, in training.
        """,
    # references
    "oviedo": """
        .. [1] F. Oviedo et al., "Fast and interpretable classification of small X-ray diffraction
           datasets using data augmentation and deep neural networks", npj Computational Materials
           5, 60 (2019), doi:10.1038/s41524-019-0196-x.
        """,
    "park": """
        .. [1] W. B. Park et al., "Classification of crystal structure using a convolutional neural
           network", IUCrJ 4 (2017) 486-494, doi:10.1107/S205225251700714X.
        """,
    "ziletti": """
        .. [1] A. Ziletti, D. Kumar, M. Scheffler and L. M. Ghiringhelli, "Insightful
           classification of crystal structures using deep learning", Nature Communications 9
           (2018) 2775, doi:10.1038/s41467-018-05169-6.
        """,
}

share_neural_docs = share_docs(_TEXTS)
