"""
Which augmentation, which model? Let the training rows decide
=============================================================

Augmentation is a step of the pipeline, so its settings can be searched like any other: together
with those of the model, by cross-validation within the training rows. The films are virtual:
**simulated**.
"""

# %%
# Films and powders
# -----------------
import numpy as np

from skxrd.datasets import read_films_with_crystals
from skxrd.model_selection import ExperimentalKFold, TrainingKFold, make_preparation

data = read_films_with_crystals(random_state=0)
X = make_preparation(data.two_theta, wavelength=data.wavelength).fit_transform(data.data)
X, two_theta = X.astype("float32")[:, ::2], data.two_theta[::2]
y, groups = data.target, data.groups
print(data.summary)

# %%
# One pipeline, one grid
# ----------------------
# A fifth of the films is held out before the search starts. The search itself validates on the
# other films (:class:`~skxrd.model_selection.TrainingKFold` finds them among the training rows).
from imblearn.pipeline import Pipeline
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from skxrd.augmentation import NoiseAugmenter, PhysicsAugmenter
from skxrd.preprocessing import PatternScaler

train, test = next(ExperimentalKFold(5, random_state=0).split(X, y, groups))
augmenters = {"none": "passthrough", "noise": NoiseAugmenter(n_augmented=400, random_state=0)}
for region in ("block", "peak", "harmonic"):
    augmenters[region] = PhysicsAugmenter(two_theta, n_augmented=400, region=region, random_state=0)
models = {
    "SVM, C = 1": SVC(C=1),
    "SVM, C = 10": SVC(C=10),
    "k-NN, k = 1": KNeighborsClassifier(1),
    "k-NN, k = 5": KNeighborsClassifier(5),
}
pipeline = Pipeline(
    [("augment", "passthrough"), ("scale", PatternScaler(power=0.5)), ("classify", SVC())]
)
search = GridSearchCV(
    pipeline,
    {"augment": list(augmenters.values()), "classify": list(models.values())},
    cv=TrainingKFold(3, n_repeats=1),
)
search.fit(X[train], y[train], groups=groups[train])

# %%
# The numbers in the map are the scores of the search, and the frame marks its choice. The held-out
# films are used once, to test that choice.
import matplotlib.pyplot as plt

scores = search.cv_results_["mean_test_score"].reshape(len(augmenters), len(models))
_, ax = plt.subplots(figsize=(6.4, 4), layout="constrained")
ax.imshow(scores, cmap="viridis", aspect="auto")
for (row, column), score in np.ndenumerate(scores):
    dark = score < (scores.min() + scores.max()) / 2
    ax.text(column, row, f"{score:.2f}", ha="center", va="center", color="w" if dark else "k")
best = np.unravel_index(search.best_index_, scores.shape)
ax.add_patch(plt.Rectangle((best[1] - 0.5, best[0] - 0.5), 1, 1, fill=False, ec="#D55E00", lw=3))
ax.set_xticks(range(len(models)), models)
ax.set_yticks(range(len(augmenters)), augmenters)
held_out = search.score(X[test], y[test])
ax.set_title(f"chosen: {search.best_score_:.2f} in the search, {held_out:.2f} on held-out films")
plt.show()

# %%
# The best of twenty numbers is too optimistic, because it was chosen for being the highest. And
# there are few films, so neighbouring cells of the map do not really differ. To repeat this over
# all folds, pass the search itself to :meth:`skxrd.model_selection.Study.cases`, like the *tuned*
# classifiers of :func:`~skxrd.model_selection.default_classifiers` are.

# %%
# Networks can be searched in the same way. They are scikeras classifiers, so their parameters go
# by two names: plain ones, and those of scikeras.
from skxrd.neural import AllConvClassifier

plain = AllConvClassifier(two_theta, filters=16, learning_rate=0.002)
routed = AllConvClassifier(two_theta, model__filters=16, optimizer__learning_rate=0.002)
print(plain.get_params() == routed.get_params())
grid = [{"classify": [plain], "classify__model__filters": [8, 16, 32]}]
