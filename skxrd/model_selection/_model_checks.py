"""Whether the arrays of a classifier from a file fit one another, as compiled code assumes.

Each function raises a ValueError if they do not.
"""

import numpy as np


def check_tree_nodes(nodes, n_features):
    """Check that branches lead to later nodes, and columns are there."""
    inner = nodes["left_child"] != -1
    numbers = np.arange(len(nodes))[inner]
    for side in ("left_child", "right_child"):
        children = nodes[side][inner]
        _require(((children > numbers) & (children < len(nodes))).all(), "branches of a tree")
    features = nodes["feature"][inner]
    _require(((features >= 0) & (features < n_features)).all(), "columns of a tree")


def check_trees(trees, classifier):
    """Check that trees, an array or a list of them, are of the columns of their classifier."""
    sizes = {tree.tree_.n_features for tree in np.ravel(trees)}
    _require(sizes == {classifier.n_features_in_}, "columns of a tree")


def check_boosting(classifier):
    """Check gradient boosting, whose stages have a tree for each class."""
    check_trees(classifier.estimators_, classifier)
    n_classes = len(classifier.classes_)
    width = 1 if n_classes == 2 else n_classes
    _require(classifier.estimators_.shape[1:] == (width,), "trees of a stage")
    values = {tree.tree_.value.shape[1:] for tree in classifier.estimators_.ravel()}
    _require(values == {(1, 1)}, "values of a tree")


def check_support_vectors(svm):
    """Check a support vector machine."""
    n_classes, n_vectors = len(svm.classes_), len(svm.support_vectors_)
    n_pairs = n_classes * (n_classes - 1) // 2
    fits = (
        svm.support_vectors_.shape == (n_vectors, svm.n_features_in_)
        and svm._n_support.shape == (n_classes,)
        and (svm._n_support >= 0).all()
        and svm._n_support.sum() == n_vectors
        and svm.support_.shape == (n_vectors,)
        and svm._dual_coef_.shape == svm.dual_coef_.shape == (n_classes - 1, n_vectors)
        and svm._intercept_.shape == svm.intercept_.shape == (n_pairs,)
        and svm._probA.size == svm._probB.size == 0
        and svm.kernel in ("linear", "poly", "rbf", "sigmoid")
        and svm._sparse is False
    )
    _require(fits, "support vectors")


def check_neighbors(classifier):
    """Check the rows and codes of k nearest neighbours."""
    rows, codes = classifier._fit_X, classifier._y
    _require(rows.ndim == 2 and rows.shape[1] == classifier.n_features_in_, "training rows")
    _require(codes.shape == (len(rows),), "labels of training rows")
    _require(((codes >= 0) & (codes < len(classifier.classes_))).all(), "labels of training rows")
    _require(classifier._tree is None, "training rows")


def check_dtw(classifier):
    """Check the rows and envelopes of nearest neighbours after dynamic time warping."""
    rows = classifier._patterns
    _require(rows.ndim == 2 and rows.shape[1] == classifier.n_features_in_, "training rows")
    for envelope in (classifier._low, classifier._high):
        _require(envelope.shape == rows.shape and envelope.dtype == rows.dtype, "envelopes")
    codes = classifier._labels
    _require(codes.shape == (len(rows),), "labels of training rows")
    _require(((codes >= 0) & (codes < len(classifier.classes_))).all(), "labels of training rows")
    _require(0 <= classifier.window_points_ < rows.shape[1], "window")


def _require(fits, what):
    if not fits:
        raise ValueError(f"the {what} do not fit the rest")


#: Check of a class by its name, where it needs one.
CHECKS = {
    "DTWNeighborsClassifier": check_dtw,
    "DecisionTreeClassifier": lambda tree: check_trees([tree], tree),
    "DecisionTreeRegressor": lambda tree: check_trees([tree], tree),
    "GradientBoostingClassifier": check_boosting,
    "KNeighborsClassifier": check_neighbors,
    "RandomForestClassifier": lambda forest: check_trees(forest.estimators_, forest),
    "SVC": check_support_vectors,
}
