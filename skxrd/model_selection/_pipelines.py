"""The classifiers that are compared, and the pipelines around them."""

from imblearn.pipeline import make_pipeline
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import Normalizer
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skxrd.augmentation import PhysicsAugmenter
from skxrd.model_selection._splitters import TrainingKFold
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.neural import AllConvClassifier, ResidualConvClassifier
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
)

#: Names of the classifiers that every table should be read against.
BASELINES = ("majority", "1-NN cosine")


def make_preparation(two_theta, *, wavelength=None):
    """Pipeline that makes rows of a list of patterns: one grid, no background, maximum 1.

    It treats each pattern by itself and learns nothing from it, so applying it before a split
    leaks nothing.

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,)
        The grid in degrees.
    wavelength : float or str, default=None
        Wavelength of the grid; see :class:`~skxrd.preprocessing.PatternStacker`.

    Returns
    -------
    imblearn.pipeline.Pipeline
    """
    return make_pipeline(
        PatternStacker(two_theta, wavelength=wavelength),
        BackgroundSubtractor(two_theta),
        SavitzkyGolaySmoother(two_theta),
        PatternScaler(),
    )


def make_augmented(classifier, two_theta=None, *, n_augmented=2000, random_state=None):
    """Pipeline that augments prepared rows in ``fit`` only, and classifies their square roots.

    Augmentation changes rows as preferred orientation and strain do
    (:class:`~skxrd.augmentation.PhysicsAugmenter`; harmonic regions where there are angles).
    Square roots keep weak peaks in sight.

    Parameters
    ----------
    classifier : classifier
        Last step.
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees.
    n_augmented : int, default=2000
        Rows to add, as many for each class.
    random_state : int, RandomState instance or None, default=None
        Seed of the augmentation.

    Returns
    -------
    imblearn.pipeline.Pipeline
    """
    augmenter = PhysicsAugmenter(two_theta, n_augmented=n_augmented, random_state=random_state)
    return make_pipeline(augmenter, PatternScaler(power=0.5), classifier)


def make_film_pipeline(
    classifier, two_theta, *, wavelength=None, n_augmented=2000, random_state=None
):
    """Pipeline from a list of patterns to a class: prepare, augment, classify.

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
        The steps of :func:`make_preparation`, then those of :func:`make_augmented`.

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
    first = make_preparation(two_theta, wavelength=wavelength)
    last = make_augmented(classifier, two_theta, n_augmented=n_augmented, random_state=random_state)
    return make_pipeline(*(step for part in (first, last) for _, step in part.steps))


def default_classifiers(two_theta=None, *, n_augmented=2000, random_state=0):
    """Return the classifiers that are compared on prepared rows, by name.

    The ten of Table 1 of Oviedo et al. [1]_, two tuned ones, ours and two baselines. Each is a
    pipeline of augmentation, square root and classifier (:func:`make_augmented`); ours and the
    baselines do without augmentation. The settings of a-CNN, SVM, DTW k-NN and ours were chosen on
    virtual films alone (:func:`skxrd.datasets.make_thin_films`), the others are those of
    scikit-learn or near them; the ones called tuned choose theirs anew in every training, by
    cross-validation over the measured rows of the training set.

    =========================  ================================================================
    name                       classifier
    =========================  ================================================================
    naive Bayes                normal distributions, one for each angle and class
    k-NN                       5 nearest neighbours, Euclidean
    logistic regression        on rows of length 1
    random forest              100 trees
    decision tree              grown to the end
    SVM                        Gaussian kernel on rows of length 1
    gradient boosting          50 rounds, each from half of the rows
    fully connected network    one hidden layer of 128 units
    a-CNN                      the published network; smaller batches and larger steps than
                               published train it better in the same time
    DTW k-NN                   nearest neighbour after dynamic time warping
    tuned SVM                  C and the number of augmented rows chosen in each training
    tuned DTW k-NN             band, neighbours and number of augmented rows likewise
    residual network           ours, recommended: learned features, compared with training rows;
                               on cube roots, changed anew in each epoch instead of augmented
    majority                   baseline: the most frequent class of the training rows
    1-NN cosine                baseline: the most similar training row
    =========================  ================================================================

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees.
    n_augmented : int, default=2000
        Rows that augmentation adds; the tuned ones choose between none and a quarter of it.
    random_state : int, default=0
        Seed.

    Returns
    -------
    dict of str to classifier
        Unfitted pipelines, and searches over them.

    References
    ----------
    .. [1] F. Oviedo et al., npj Comput. Mater. 5 (2019) 60, doi:10.1038/s41524-019-0196-x.

    Examples
    --------
    >>> from skxrd.model_selection import default_classifiers
    >>> ", ".join(default_classifiers())
    'naive Bayes, k-NN, logistic regression, ..., majority, 1-NN cosine'
    """
    svm = make_pipeline(Normalizer(), SVC(C=10.0))
    classifiers = {
        "naive Bayes": GaussianNB(),
        "k-NN": KNeighborsClassifier(n_neighbors=5),
        "logistic regression": make_pipeline(
            Normalizer(), LogisticRegression(C=100.0, max_iter=2000)
        ),
        "random forest": RandomForestClassifier(100, random_state=random_state),
        "decision tree": DecisionTreeClassifier(random_state=random_state),
        "SVM": svm,
        "gradient boosting": GradientBoostingClassifier(
            n_estimators=50, max_features="sqrt", subsample=0.5, random_state=random_state
        ),
        "fully connected network": MLPClassifier(
            (128,),
            batch_size=64,
            learning_rate_init=2e-3,
            tol=5e-3,  # the training loss; a held-out part would be copies of training rows
            n_iter_no_change=5,
            random_state=random_state,
        ),
        "a-CNN": AllConvClassifier(
            two_theta, epochs=40, batch_size=32, learning_rate=2e-3, random_state=random_state
        ),
        "DTW k-NN": DTWNeighborsClassifier(two_theta, n_neighbors=1),
        "tuned SVM": svm,
        "tuned DTW k-NN": DTWNeighborsClassifier(two_theta),
    }
    chosen = {
        name: make_augmented(
            classifier, two_theta, n_augmented=n_augmented, random_state=random_state
        )
        for name, classifier in classifiers.items()
    }
    added = {"physicsaugmenter__n_augmented": sorted({0, n_augmented // 4})}
    spaces = {
        "tuned SVM": {
            "pipeline__svc__C": [1.0, 10.0, 100.0],
            **added,
        },
        "tuned DTW k-NN": {
            "dtwneighborsclassifier__window": [0.5, 1.0, 2.0],
            "dtwneighborsclassifier__n_neighbors": [1, 3],
            **added,
        },
    }
    for name, space in spaces.items():
        inner = TrainingKFold(random_state=random_state)
        chosen[name] = GridSearchCV(chosen[name], space, cv=inner)
    chosen["residual network"] = make_pipeline(  # changes training rows itself, in each epoch
        PatternScaler(power=1 / 3), ResidualConvClassifier(two_theta, random_state=random_state)
    )
    for name in BASELINES:
        chosen[name] = make_pipeline(PatternScaler(power=0.5), _baseline(name))
    return chosen


def _baseline(name):
    if name == "majority":
        return DummyClassifier()
    return KNeighborsClassifier(n_neighbors=1, metric="cosine")
