"""Comparisons of classifiers on a few films, for ``compare_versions.py``."""

import numpy as np
from version_names import find

POINTS = ["step", "n_simulated", "n_experimental", "n_measured", "sampler"]
FOLD_KEYS = ["case", "grouped", "classifier", *POINTS, "scan", "repeat", "fold"]


def film_data():
    """Bundled halides and virtual films on a coarse grid, prepared and raw."""
    load = find("read_films_with_crystals", "load_films_with_crystals")
    data = load(random_state=0)
    rows = np.r_[0:204:2, 204:288]
    patterns = [data.data[row] for row in rows]
    two_theta = data.two_theta[::4]
    prepare = find("make_preparation")
    X = prepare(data.two_theta, wavelength=data.wavelength).fit_transform(patterns)[:, ::4]
    groups = np.where(data.groups == "simulated", "simulated", "experimental")
    return {
        "raw": patterns,
        "data": X,
        "target": data.target[rows],
        "groups": groups[rows],
        "grid": data.two_theta,
        "two_theta": two_theta,
        "wavelength": data.wavelength,
    }


def with_probabilities(table):
    """Columns of predictions that both versions have, sorted by what identifies a row."""
    keys = [name for name in [*FOLD_KEYS, "row"] if name in table]
    table = table.sort_values(keys, kind="stable").reset_index(drop=True)
    other = ["n_angles", "relative_time", "true", "predicted", "n_train"]
    names = [*keys, *(name for name in other if name in table)]
    names += sorted(name for name in table if name.startswith("probability_"))
    return table[names]


def study_of(data, X, **options):
    """Study of rows, where the package has one."""
    Study = find("Study")
    content = {"data": X, "target": data["target"], "groups": data["groups"]}
    content |= {name: data[name] for name in ("two_theta", "wavelength")}
    return Study(content, n_splits=3, n_repeats=1, random_state=0, **options)


def has_study():
    from skxrd import model_selection

    return hasattr(model_selection, "Study")


def run_cases(data, classifiers, grouped=False):
    """Scores of folds and predictions of Cases 1 to 3."""
    cases = (3,) if grouped else (1, 2, 3)
    if has_study():
        study = study_of(data, data["data"], grouped=grouped)
        predictions = study.cases(classifiers, cases=cases)
        scores = find("score_folds")(predictions)
    else:
        scores, predictions = find("evaluate_cases")(
            classifiers,
            data["data"],
            data["target"],
            groups=data["groups"],
            cases=cases,
            n_splits=3,
            n_repeats=1,
            grouped=grouped,
            random_state=0,
            return_predictions=True,
        )
    keys = ["case", "grouped", "classifier", "repeat", "fold"]
    names = ["accuracy", "f1_micro", "f1_macro", "precision", "recall"]
    scores = scores.sort_values(keys).reset_index(drop=True)[[*keys, *names]]
    predictions_of_both = with_probabilities(predictions).drop(columns="n_train", errors="ignore")
    return {
        "folds": scores,
        "predictions": predictions_of_both,
        "summary": summary_of(predictions, scores),
    }


def summary_of(predictions, scores):
    """Accuracy and F1 of all films of a repeat, with intervals over films."""
    names = ["accuracy", "accuracy_low", "accuracy_high"]
    names += ["f1_macro", "f1_macro_low", "f1_macro_high", "n_films"]
    if has_study():
        summary = find("summarize")(predictions, by=["case", "grouped", "classifier"])
    else:
        table = scores.assign(target="", fit_seconds=0.0, predict_seconds=0.0)
        summary = find("summarize_cases")(table, predictions)
        pooled = {"accuracy_pooled": "accuracy", "f1_macro_pooled": "f1_macro"}
        summary = summary.drop(columns=pooled.values()).rename(columns=pooled)
    keys = ["case", "grouped", "classifier"]
    return summary.sort_values(keys).reset_index(drop=True)[[*keys, *names]]


def table1():
    """Cases 1, 2 and 3 of quick classifiers, networks with few epochs."""
    data = film_data()
    known = find("default_classifiers")(data["two_theta"], n_augmented=100, random_state=0)
    names = (
        *("naive Bayes", "k-NN", "logistic regression", "random forest", "decision tree", "SVM"),
        *("DTW k-NN", "a-CNN", "residual network", "majority", "1-NN cosine"),
    )
    classifiers = {name: known[name] for name in names}
    classifiers["a-CNN"].set_params(allconvclassifier__epochs=3)
    classifiers["residual network"].set_params(
        residualconvclassifier__epochs=3, residualconvclassifier__filters=8
    )
    found = run_cases(data, classifiers)
    near = find("group_near_twins")(data["data"], data["groups"])
    quick = {name: known[name] for name in ("tuned SVM", "1-NN cosine")}
    grouped = run_cases({**data, "groups": near}, quick, grouped=True)
    return {**found, "groups": near} | {f"grouped {name}": grouped[name] for name in grouped}


def curves():
    """Steps, films, samplers and augmentation with quick classifiers."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import LinearSVC

    data = film_data()
    make_augmented = find("make_augmented")
    samplers = find("default_samplers")(data["two_theta"], n_augmented=60, random_state=0)
    classifiers = {
        "1-NN": make_augmented(KNeighborsClassifier(1), data["two_theta"], n_augmented=50),
        "linear": make_augmented(LinearSVC(random_state=0), data["two_theta"], n_augmented=50),
    }
    steps, numbers = (0.04, 0.16, 0.64), {"n_simulated": (0, 60), "n_experimental": (0, 40)}

    def on_grid(angles):
        nearest = KNeighborsClassifier(1)
        return {"1-NN": make_augmented(nearest, angles, n_augmented=20, random_state=0)}

    if has_study():
        study = study_of(data, data["data"])
        raw = study_of(
            {**data, "two_theta": data["grid"]},
            data["raw"],
            preparation=find("make_preparation"),
        )
        found = {
            f"steps {scan}": raw.steps(on_grid, steps=steps, scan=scan)
            for scan in ("step", "continuous")
        }
        found["films"] = study.films(classifiers, n_measured=(0, 10, 30))
        found["augmentation"] = study.augmentation(classifiers, **numbers)
        found["augmentation 2"] = study.augmentation(classifiers, n_simulated=(0, 60), case=2)
        found["samplers"] = study.samplers(classifiers, samplers)
    else:
        options = {"groups": data["groups"], "n_splits": 3, "n_repeats": 1, "random_state": 0}
        rows = (data["data"], data["target"])
        grid = {"two_theta": data["grid"], "wavelength": data["wavelength"]}
        step_curve, augmentation_curve = find("step_curve"), find("augmentation_curve")
        found = {
            f"steps {scan}": step_curve(
                on_grid, data["raw"], data["target"], steps=steps, scan=scan, **grid, **options
            )
            for scan in ("step", "continuous")
        }
        found["films"] = find("film_learning_curve")(
            classifiers, *rows, n_measured=(0, 10, 30), **options
        )
        found["augmentation"] = augmentation_curve(classifiers, *rows, **numbers, **options)
        found["augmentation 2"] = augmentation_curve(
            classifiers, *rows, n_simulated=(0, 60), case=2, **options
        )
        found["samplers"] = find("compare_samplers")(
            classifiers, *rows, samplers=samplers, **options
        )
    return {name: without_probabilities(table) for name, table in found.items()}


def without_probabilities(table):
    """Predictions without the columns that curves once did not have."""
    table = with_probabilities(table)
    return table[[name for name in table if not name.startswith("probability_")]]


def dtw():
    """Distances, paths, neighbours and probabilities under dynamic time warping."""
    data = film_data()
    X, y, two_theta = data["data"], data["target"], data["two_theta"]
    distances, path = find("dtw_distances"), find("dtw_path")
    found = {
        f"distances {window} {normalize}": distances(
            X[:20], X[20:60], window=window, two_theta=two_theta, normalize=normalize
        )
        for window in (None, 0.5, 2.0)
        for normalize in (False, True)
    }
    found["one distance"] = find("dtw_distance")(X[0], X[1], window=3)
    found["path"], _ = path(X[3], X[30], window=1.0, two_theta=two_theta)
    for metric, options in (("dtw", {"window": 1.0}), ("dtw", {}), ("fastdtw", {})):
        rows = 8 if metric == "fastdtw" else 60
        for weights in ("uniform", "distance"):
            nearest = find("DTWNeighborsClassifier")(
                two_theta, n_neighbors=3, weights=weights, metric=metric, **options
            ).fit(X[::2][-rows:], y[::2][-rows:])
            name = f"{metric} {options} {weights}"
            found[f"{name} probabilities"] = nearest.predict_proba(X[1::2][:rows])
            if hasattr(nearest, "kneighbors"):
                far, rank = nearest.kneighbors(X[1::2][:rows])
                found[f"{name} kneighbors"], found[f"{name} rows"] = far, rank
    return found
