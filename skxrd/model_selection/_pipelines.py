"""The classifiers that are compared, and the pipelines around them."""

from imblearn.pipeline import make_pipeline
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import Normalizer
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skxrd._domains import of_each_domain
from skxrd.augmentation import PhysicsAugmenter
from skxrd.model_selection._domain_weights import MajorityClassifier
from skxrd.model_selection._sampling_pipeline import SamplingPipeline
from skxrd.model_selection._splitters import TrainingKFold
from skxrd.neighbors import DTWNeighborsClassifier
from skxrd.preprocessing import (
    BackgroundSubtractor,
    PatternScaler,
    PatternStacker,
    SavitzkyGolaySmoother,
    StepCoarsener,
)

#: Names of the classifiers that are compared, in the order of the tables
CLASSIFIERS = (
    "naive Bayes",
    "k-NN",
    "logistic regression",
    "random forest",
    "decision tree",
    "SVM",
    "gradient boosting",
    "fully connected network",
    "a-CNN",
    "DTW k-NN",
    "tuned SVM",
    "tuned DTW k-NN",
    "residual network",
    "majority",
    "1-NN cosine",
)
_MAX_SIMULATED = 50  # of each class; this and the step were chosen on virtual films
_STEP = 0.16  # degrees, of all that augment but DTW
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


def make_augmented(
    classifier,
    two_theta=None,
    *,
    n_augmented=2000,
    max_simulated=_MAX_SIMULATED,
    step=None,
    random_state=None,
):
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
    n_augmented : int or dict of str to int, default=2000
        Rows to add: so many made from simulated and so many from measured ones, as published,
        in equal parts for each class. A dictionary has a number for each domain. ``fit`` is told
        the domains by groups: with metadata routing ``groups=``, without it
        ``physicsaugmenter__groups=``. Without groups all count as measured.
    max_simulated : int, default=50
        Most simulated rows of each class that train, those most like a measured one; see
        :class:`~skxrd.augmentation.PhysicsAugmenter`. ``None`` keeps all.
    step : float, default=None
        Step in degrees to which patterns are coarsened before the classifier
        (:class:`~skxrd.preprocessing.StepCoarsener`), which then gets no ``two_theta``; ``None``
        leaves the grid as it is.
    random_state : int, RandomState instance or None, default=None
        Seed of the augmentation.

    Returns
    -------
    imblearn.pipeline.Pipeline
    """
    augmenter = PhysicsAugmenter(
        two_theta,
        n_augmented=of_each_domain(n_augmented),
        max_simulated=max_simulated,
        random_state=random_state,
    )
    coarsener = [] if step is None else [StepCoarsener(two_theta, step=step)]
    steps = make_pipeline(augmenter, *coarsener, PatternScaler(power=0.5), classifier).steps
    return SamplingPipeline(steps)


def make_film_pipeline(
    classifier,
    two_theta,
    *,
    wavelength=None,
    n_augmented=2000,
    max_simulated=_MAX_SIMULATED,
    step=None,
    random_state=None,
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
    n_augmented : int or dict of str to int, default=2000
        Patterns to add: so many made from simulated and so many from measured ones, as published,
        in equal parts for each class. A dictionary has a number for each domain. ``fit`` is told
        the domains by groups: with metadata routing ``groups=``, without it
        ``physicsaugmenter__groups=``. Without groups all count as measured.
    max_simulated : int, default=50
        Most simulated patterns of each class that train, those most like a measured one; see
        :class:`~skxrd.augmentation.PhysicsAugmenter`. ``None`` keeps all.
    step : float, default=None
        Step in degrees to which patterns are coarsened before the classifier
        (:class:`~skxrd.preprocessing.StepCoarsener`), which then gets no ``two_theta``; ``None``
        leaves the grid as it is.
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
    last = make_augmented(
        classifier,
        two_theta,
        n_augmented=n_augmented,
        max_simulated=max_simulated,
        step=step,
        random_state=random_state,
    )
    steps = make_pipeline(*(step for part in (first, last) for _, step in part.steps)).steps
    return SamplingPipeline(steps)


def default_classifiers(two_theta=None, *, n_augmented=2000, random_state=0):
    """Return the classifiers that are compared on prepared rows, by name.

    The ten of Table 1 of Oviedo et al. [1]_, two tuned ones, ours and two baselines. Each is a
    pipeline of augmentation, coarser step (0.16 degrees, except for DTW), square root and
    classifier (:func:`make_augmented`); ours and the baselines do without augmentation. Of each
    class at most 50 simulated rows train, those most like a measured one, except in the baselines.
    These numbers and the settings of a-CNN, SVM, DTW k-NN and ours were chosen on virtual films
    alone (:func:`skxrd.datasets.make_thin_films`), the others are those of scikit-learn or near
    them; the ones called tuned choose theirs anew in every training, by cross-validation over the
    measured rows of the training set.

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
    a-CNN                      the published network; smaller batches and larger steps of training
                               than published train it better in less time
    DTW k-NN                   nearest neighbour after dynamic time warping
    tuned SVM                  C and the number of augmented rows chosen in each training
    tuned DTW k-NN             band, neighbours and number of augmented rows likewise
    residual network           ours, recommended: learned features, compared with training rows;
                               on cube roots, changed anew in each epoch instead of augmented
    majority                   baseline: the most frequent class of the measured training rows,
                               or of all where none is measured
    1-NN cosine                baseline: the most similar training row
    =========================  ================================================================

    Parameters
    ----------
    two_theta : array-like of shape (n_angles,), default=None
        Angles of the columns in degrees.
    n_augmented : int or dict of str to int, default=2000
        Rows that augmentation adds, made from those of each domain; the tuned ones choose between
        none and a quarter of it.
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
    return named_classifiers(
        CLASSIFIERS, two_theta, n_augmented=n_augmented, random_state=random_state
    )


def named_classifiers(names, two_theta=None, *, n_augmented=2000, random_state=0):
    """Those of the default classifiers that are named; TensorFlow is loaded only for networks."""
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
        "DTW k-NN": DTWNeighborsClassifier(two_theta, n_neighbors=1),
        "tuned SVM": svm,
        "tuned DTW k-NN": DTWNeighborsClassifier(two_theta),
    }
    if "a-CNN" in names:
        from skxrd.neural import AllConvClassifier

        classifiers["a-CNN"] = AllConvClassifier(
            epochs=40, batch_size=32, learning_rate=2e-3, random_state=random_state
        )
    chosen = {
        name: make_augmented(
            classifier,
            two_theta,
            n_augmented=n_augmented,
            step=None if two_theta is None or "DTW" in name else _STEP,
            random_state=random_state,
        )
        for name, classifier in classifiers.items()
    }
    by_domain = of_each_domain(n_augmented)
    quarter = {domain: number // 4 for domain, number in by_domain.items()}
    added = {"physicsaugmenter__n_augmented": [0, quarter] if any(quarter.values()) else [0]}
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
    if "residual network" in names:
        from skxrd.neural import ResidualConvClassifier

        steps = make_pipeline(  # it changes training rows in each epoch itself
            PhysicsAugmenter(two_theta, n_augmented=0, max_simulated=_MAX_SIMULATED),
            PatternScaler(power=1 / 3),
            ResidualConvClassifier(two_theta, random_state=random_state),
        ).steps
        chosen["residual network"] = SamplingPipeline(steps)
    for name in BASELINES:
        chosen[name] = make_pipeline(PatternScaler(power=0.5), _baseline(name))
    return {name: chosen[name] for name in names}


def _baseline(name):
    if name == "majority":
        return MajorityClassifier()
    return KNeighborsClassifier(n_neighbors=1, metric="cosine")
