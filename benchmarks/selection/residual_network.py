"""Which settings of the residual network classifier virtual films ask for. No measured film enters.

Run as ``python -m benchmarks.selection.residual_network [--studies 8] [--first 0] [--members 1]
[--networks NAMES] [--name residual_network] [--keep FOLDER]``; parts that ran by themselves are
put together with ``--join NAMES [--confirm NAMES]``, the latter on fresh studies. Films are those
of ``virtual_studies.py``, all simulated; Case 3, five folds. Learned features are kept in FOLDER
(by default in the system's folder for temporary files): heads are closed-form, so all of them are
compared on the same features. Writes ``benchmarks/results/selection/NAME.csv`` (one row a candidate
and study) and ``NAME.json``.

The rule, set down before the first run: settings differ from the present ones only if the gain in
accuracy, paired by study, exceeds its standard error over studies; of those within one standard
error of the best the simplest is taken (fewest parts, then fewest changes).
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from benchmarks.selection.virtual_studies import make_study
from benchmarks.tools.record import RESULTS, record
from skxrd.model_selection import ExperimentalKFold, default_classifiers

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of raw rows beside learned features
RIDGES = (1e-3, 3e-3, 1e-2, 3e-2)
WIDTHS = (1.0, 2.0, 4.0)
PRESENT = "features, width 2, ridge 0.003"
#: Changes of the network, one at a time; the head is the present one.
NETWORKS = {
    "present": {},
    "jitter half": {"shift": 0.04, "strain": 0.0015, "intensity_jitter": 0.075, "noise": 0.025},
    "jitter double": {"shift": 0.16, "strain": 0.006, "intensity_jitter": 0.3, "noise": 0.1},
    "epochs 120": {"epochs": 120},
    "epochs 30": {"epochs": 30},
}


# -- learned features -------------------------------------------------------------------------


def learned(study, number, fold, train, network, member, keep):
    """Unit rows of the last and of the first block of a network trained on the training rows."""
    path = keep / f"{number} {fold} {network} {member}.npz"
    if not path.exists():
        import keras

        from skxrd.neural import ResidualConvClassifier
        from skxrd.neural._kernel_head import unit_rows

        model = ResidualConvClassifier(
            study.two_theta, random_state=1000 * member + number, **NETWORKS[network]
        )
        X = cube_roots(study.X)
        start = time.perf_counter()
        model.fit(X[train], study.y[train])
        seconds = time.perf_counter() - start
        fitted = model.model_
        sums = [layer for layer in fitted.layers if isinstance(layer, keras.layers.Add)]
        seen = keras.Model(fitted.input, [layer.output for layer in (sums[0], sums[-1])])
        first, last = (unit_rows(np.asarray(part)) for part in seen(X))
        np.savez(
            path,
            first=first.astype(np.float32),
            last=last.astype(np.float32),
            seconds=seconds,
        )
    content = np.load(path)
    return content["first"].astype(float), content["last"].astype(float)


def cube_roots(X):
    """Rows as the default pipeline hands them to the network."""
    return np.cbrt(np.maximum(X, 0)).astype(np.float32)


# -- heads ------------------------------------------------------------------------------------


def kernels(cosines, width, train):
    """Kernel of all rows against the training rows, width in mean dissimilarities of the latter."""
    among = cosines[np.ix_(train, train)]
    steepness = width / max(float(np.mean(1 - among)), 0.05)
    return np.exp(-steepness * (1 - cosines[:, train]))


def solve(kernel, train, wanted, ridge, weights):
    """Scores of all rows, and those each training row gets from the others."""
    offset = wanted.mean(axis=0)
    inverse = np.linalg.inv(kernel[train] + np.diag(ridge / weights))
    coefficients = inverse @ (wanted - offset)
    without = wanted - coefficients / np.diag(inverse)[:, np.newaxis]
    return kernel @ coefficients + offset, without


def balanced(labels):
    """Weights whose sum is the same for every label, of mean one."""
    _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return len(labels) / (len(counts) * counts[codes])


def heads(study, train, features):
    """Predicted codes of all rows, by name of the candidate."""
    first, last = features[0]
    codes = np.unique(study.y, return_inverse=True)[1]
    wanted = np.eye(codes.max() + 1)[codes[train]]
    domain = study.groups[train] == "simulated"
    rows = cube_roots(study.X).astype(float)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    raw, cosines = rows @ rows.T, last @ last.T
    one = np.ones(len(train))
    found, loo = {}, {}
    for width in WIDTHS:
        learned_kernel, raw_kernel = (kernels(c, width, train) for c in (cosines, raw))
        for weight in WEIGHTS:
            mixed = (1 - weight) * learned_kernel + weight * raw_kernel
            for ridge in RIDGES:
                name = f"{_parts(weight)}, width {width:g}, ridge {ridge:g}"
                scores, without = solve(mixed, train, wanted, ridge, one)
                found[name], loo[name] = scores.argmax(axis=1), without
    # chosen inside the training set, by the scores each row gets from the others
    for kind, allowed in {
        "ridge": [name for name in loo if name.startswith("features, width 2")],
        "weight and ridge": [name for name in loo if "width 2" in name],
        "weight, ridge and width": list(loo),
    }.items():
        for rule, loss in {
            "squares": lambda s: np.mean((s - wanted) ** 2),
            "squares of measured rows": lambda s: np.mean((s - wanted)[~domain] ** 2),
            "errors": lambda s: np.mean(s.argmax(1) != codes[train]),
        }.items():
            best = min(allowed, key=lambda name, loss=loss: loss(loo[name]))
            found[f"{kind} chosen by leave-one-out {rule}"] = found[best]
    # the rest beside the present head, width 2
    learned_kernel, raw_kernel = (kernels(c, 2.0, train) for c in (cosines, raw))
    for name, weights in {
        "classes balanced": balanced(study.y[train]),
        "domains balanced": balanced(domain),
    }.items():
        for weight in (0.0, 0.5):
            mixed = (1 - weight) * learned_kernel + weight * raw_kernel
            scores, _ = solve(mixed, train, wanted, 0.003, weights)
            found[f"{_parts(weight)}, {name}"] = scores.argmax(axis=1)
    shallow = kernels(first @ first.T, 2.0, train)
    both = kernels((first @ first.T + cosines) / 2, 2.0, train)
    joint = kernels((raw + cosines) / 2, 2.0, train)
    for name, kernel in {
        "features of the first block": shallow,
        "features of the first block + raw rows 0.5": (shallow + raw_kernel) / 2,
        "cosines of both blocks averaged": both,
        "cosines of features and raw rows averaged": joint,
    }.items():
        found[name] = solve(kernel, train, wanted, 0.003, one)[0].argmax(axis=1)
    if len(features) > 1:
        all_cosines = [part[1] @ part[1].T for part in features]
        averaged = np.mean([kernels(c, 2.0, train) for c in all_cosines], axis=0)
        for weight in (0.0, 0.25, 0.5):
            mixed = (1 - weight) * averaged + weight * raw_kernel
            scores, _ = solve(mixed, train, wanted, 0.003, one)
            found[f"{len(features)} networks, {_parts(weight)}"] = scores.argmax(axis=1)
        single = [solve(kernels(c, 2.0, train), train, wanted, 0.003, one)[0] for c in all_cosines]
        found["the same with another seed (noise of the comparison)"] = single[1].argmax(axis=1)
    return found


def _parts(weight):
    if weight in (0, 1):
        return "raw rows" if weight else "features"
    return f"features + raw rows {weight:g}"


# -- the comparison ---------------------------------------------------------------------------


def compare(numbers, members, networks, keep, classical):
    """Accuracy and F1 macro of each candidate in each study."""
    rows, summaries = [], {}
    for number in numbers:
        study = make_study(number)
        summaries[number] = study.summary
        films = np.flatnonzero(study.groups != "simulated")
        labels = np.unique(study.y)
        codes = np.searchsorted(labels, study.y)
        predicted = {}
        known = default_classifiers(study.two_theta, n_augmented=1000, random_state=number)
        folds = ExperimentalKFold(5, random_state=number)
        for fold, (train, test) in enumerate(folds.split(study.X, study.y, study.groups)):
            found = {}
            for network in networks:
                n_members = members if network == "present" else 1
                features = [
                    learned(study, number, fold, train, network, member, keep)
                    for member in range(n_members)
                ]
                if network == "present":
                    found.update(heads(study, train, features))
                else:
                    codes_of = heads(study, train, features)[PRESENT]
                    found[f"{PRESENT}, {network}"] = codes_of
            for name in classical:
                model = known[name]
                options = {"groups": study.groups[train]} if "tuned" in name else {}
                model.fit(study.X[train], study.y[train], **options)
                guess = np.full(len(study.y), -1)
                guess[test] = np.searchsorted(labels, model.predict(study.X[test]))
                found[name] = guess
            for name, guess in found.items():
                predicted.setdefault(name, np.full(len(study.y), -1))[test] = guess[test]
        for name, guess in predicted.items():
            rows.append(
                {
                    "study": number,
                    "candidate": name,
                    "accuracy": float(np.mean(guess[films] == codes[films])),
                    "f1_macro": float(f1_score(codes[films], guess[films], average="macro")),
                }
            )
        shown = {row["candidate"]: row["accuracy"] for row in rows if row["study"] == number}
        print(number, study.summary, len(shown), shown.get(PRESENT), flush=True)
    return pd.DataFrame(rows), summaries


def summarize(table):
    """Means over studies, and the gain over the present head, paired by study."""
    wide = table.pivot(index="study", columns="candidate", values="accuracy")
    gain = wide.sub(wide.get(PRESENT, np.nan), axis=0)
    by_name = table.groupby("candidate", sort=False)
    summary = pd.DataFrame(
        {
            "accuracy": by_name["accuracy"].mean(),
            "f1_macro": by_name["f1_macro"].mean(),
            "gain": gain.mean(),
            "gain_se": gain.sem(),
            "n_studies": by_name["accuracy"].size(),
        }
    )
    return summary.sort_values("accuracy", ascending=False).rename_axis("candidate").reset_index()


def read_parts(names):
    """Tables of earlier runs, their commands and what their studies are."""
    tables, commands, studies = [], [], {}
    for name in names.split(","):
        tables.append(pd.read_csv(RESULTS / f"selection/{name}.csv"))
        content = json.loads((RESULTS / f"selection/{name}.json").read_text())
        commands.append(content["command"])
        studies.update(content["studies"])
    return pd.concat(tables, ignore_index=True), commands, studies


def join(options):
    """One result of several runs, and of the runs on fresh studies that confirm it or do not."""
    table, commands, studies = read_parts(options.join)
    values = {"summary": summarize(table).round(4).to_dict("records")}
    if options.confirm:
        fresh, more, others = read_parts(options.confirm)
        values["confirmation"] = summarize(fresh).round(4).to_dict("records")
        both = pd.concat([table, fresh], ignore_index=True)
        values["all_studies"] = summarize(both).round(4).to_dict("records")
        table, commands, studies = both, commands + more, studies | others
    write(options.name, table, studies, commands, **values)


def write(name, table, studies, command, **values):
    """Write table and summaries."""
    table.to_csv(RESULTS / f"selection/{name}.csv", index=False, float_format="%.4f")
    record(
        f"selection/{name}",
        command,
        ("scikit-learn", "tensorflow", "keras", "numpy"),
        case="3, shuffled five-fold; virtual (simulated) films only",
        studies=studies,
        present=PRESENT,
        note="gain: accuracy less that of the present head, paired by study; gain_se: its standard "
        "error over studies",
        **values,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=8)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--members", type=int, default=1)
    parser.add_argument("--networks", default="present")
    parser.add_argument("--classical", default="SVM,1-NN cosine,tuned SVM")
    parser.add_argument("--name", default="residual_network")
    parser.add_argument("--keep", default=str(Path(tempfile.gettempdir(), "skxrd_selection")))
    parser.add_argument("--join")
    parser.add_argument("--confirm")
    options = parser.parse_args()
    if options.join:
        join(options)
        return
    keep = Path(options.keep)
    keep.mkdir(exist_ok=True)
    numbers = range(options.first, options.first + options.studies)
    table, summaries = compare(
        numbers,
        options.members,
        [name for name in options.networks.split(",") if name],
        keep,
        [name for name in options.classical.split(",") if name],
    )
    write(
        options.name,
        table,
        summaries,
        f"python -m benchmarks.selection.residual_network --studies {options.studies} --first "
        f"{options.first} --members {options.members} --networks {options.networks!r} "
        f"--classical {options.classical!r} --name {options.name}",
        summary=summarize(table).round(4).to_dict("records"),
    )


if __name__ == "__main__":
    main()
