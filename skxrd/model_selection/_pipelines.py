"""The classifiers that are compared, and the pipeline they end."""

from imblearn.pipeline import make_pipeline
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skxrd.augmentation import PhysicsAugmenter
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.neural import AllConvClassifier
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
)


def default_classifiers(two_theta=None, *, random_state=0):
    """Return the classifiers that are compared, by name.

    Their settings were chosen on virtual films alone (:func:`skxrd.datasets.make_thin_films`). The
    a-CNN has the published network but smaller batches and larger steps than published, which
    train it better in the same time.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees, for the classifiers that use them.
    random_state : int, RandomState instance or None, default=0
        Seed.

    Returns
    -------
    dict of str to classifier
        Unfitted.

    Examples
    --------
    >>> from skxrd.model_selection import default_classifiers
    >>> ", ".join(default_classifiers())
    'a-CNN, SVM, k-NN, DTW k-NN, logistic regression, random forest, ..., majority'
    """
    return {
        "a-CNN": AllConvClassifier(
            two_theta, epochs=40, batch_size=32, learning_rate=2e-3, random_state=random_state
        ),
        "SVM": SVC(C=10.0, class_weight="balanced", random_state=random_state),
        "k-NN": KNeighborsClassifier(n_neighbors=1, metric="cosine"),
        "DTW k-NN": DTWNeighborsClassifier(two_theta, n_neighbors=1),
        "logistic regression": LogisticRegression(class_weight="balanced", max_iter=300),
        "random forest": RandomForestClassifier(
            300, class_weight="balanced_subsample", random_state=random_state
        ),
        "decision tree": DecisionTreeClassifier(random_state=random_state),
        "naive Bayes": GaussianNB(),
        "gradient boosting": HistGradientBoostingClassifier(max_iter=50, random_state=random_state),
        "majority": DummyClassifier(),
    }


def make_film_pipeline(
    classifier, two_theta, *, wavelength=None, n_augmented=2000, random_state=None
):
    """Pipeline from a list of patterns to a class: prepare, augment, classify.

    Patterns are brought to one grid, freed of background and noise, scaled to a maximum of 1 and,
    in ``fit`` only, augmented as preferred orientation and strain change them (:class:`~skxrd.\
augmentation.PhysicsAugmenter` with ``region="harmonic"``). The classifier sees square roots of
    intensities, which keep weak peaks in sight.

    Parameters
    ----------
    classifier : classifier
        Last step.
    two_theta : array-like of shape (n_angles,)
        The grid in degrees.
    wavelength : float or str, default=None
        Wavelength of the grid; see :class:`~skxrd.preprocessing.PatternStacker`.
    n_augmented : int, default=2000
        Patterns to add, as many for each class.
    random_state : int, RandomState instance or None, default=None
        Seed of the augmentation.

    Returns
    -------
    imblearn.pipeline.Pipeline
        Its first four steps treat each pattern by itself; everything that learns comes after.

    Examples
    --------
    >>> from skxrd.datasets import make_thin_films
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skxrd.model_selection import make_film_pipeline
    >>> films = make_thin_films(14, random_state=0)
    >>> model = make_film_pipeline(KNeighborsClassifier(1), films.two_theta, random_state=0)
    >>> float(model.fit(films.data, films.target).score(films.data, films.target))
    1.0
    """
    return make_pipeline(
        PatternStacker(two_theta, wavelength=wavelength),
        BackgroundSubtractor(two_theta),
        SavitzkyGolaySmoother(two_theta),
        PatternScaler(),
        PhysicsAugmenter(
            two_theta, n_augmented=n_augmented, region="harmonic", random_state=random_state
        ),
        PatternScaler(power=0.5),
        classifier,
    )
