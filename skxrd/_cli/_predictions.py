"""What ``skxrd predict`` says about each scan, as lines and as rows of a CSV file."""

from skxrd._files import replaced_file
from skxrd._names import csv_cell, printable

_TRAINED = "this scan trained the model"
_UNLIKE = "unlike all training scans"


class Judgement:
    """Predictions of a model for prepared patterns, with their sets and doubts."""

    def __init__(self, model, patterns, rows, coverage):
        from skxrd.metrics import scale_temperature
        from skxrd.model_selection._training_record import record_of, sets_of, temperature_in

        record = record_of(model)
        self.classes = [str(name) for name in model.classes_]
        self.coverage = coverage
        self.predicted = model[-1].predict(rows)
        self.probabilities = self.sets = self.p_values = None
        if hasattr(model, "predict_proba"):
            self.probabilities = model[-1].predict_proba(rows)
            if coverage is not None:
                self.sets = sets_of(record, self.probabilities, coverage)
            temperature = temperature_in(model)
            if temperature != 1:
                self.probabilities = scale_temperature(self.probabilities, temperature)
        if record is not None:
            novelty = record["novelty"]
            prepared = model[: record["n_prepared"]].transform(patterns)
            self.p_values = novelty.p_values(prepared)
            self.known = novelty.predict(prepared) == 1
            self.trained = novelty.is_training_row(prepared)
        self.levels = {} if self.sets is None else _levels(self.classes, self.sets)

    def line(self, row):
        """Class, probabilities, set and doubt of a scan."""
        text = f"{self.predicted[row]}"
        if self.probabilities is not None:
            certain = self.probabilities[row]
            order = certain.argsort()[::-1][:3]
            text += "  " + ", ".join(f"{self.classes[code]} {certain[code]:.2f}" for code in order)
        if self.doubt(row) == _UNLIKE:
            text = f"{_UNLIKE} (p = {self.p_values[row]:.2g}); of the classes, {text}"
        if self.sets is not None:
            text += f"  {100 * self.coverage:g} % set: {', '.join(self.set_of(row))}"
            text += "".join(f"; {', '.join(names[row])}" for names in self.levels.values())
        if self.doubt(row) == _TRAINED:
            text += f"  ({_TRAINED})"
        return printable(text)

    def set_of(self, row):
        """Classes of the set of a scan."""
        return [name for name, inside in zip(self.classes, self.sets[row], strict=True) if inside]

    def doubt(self, row):
        """Why not to trust a prediction; empty without a reason."""
        if self.p_values is None:
            return ""
        return _TRAINED if self.trained[row] else "" if self.known[row] else _UNLIKE

    def write(self, path, names):
        """Write a CSV file with one row for each scan."""
        import csv

        columns = {"scan": names, "class": [str(name) for name in self.predicted]}
        if self.probabilities is not None:
            columns["probability"] = self.probabilities.max(axis=1).tolist()
            for code, name in enumerate(self.classes):
                columns[f"probability_{name}"] = self.probabilities[:, code].tolist()
        rows = range(len(names))
        columns["doubt"] = [self.doubt(row) for row in rows]
        columns["p_value"] = [""] * len(names) if self.p_values is None else self.p_values.tolist()
        if self.sets is not None:
            columns["set"] = ["; ".join(self.set_of(row)) for row in rows]
            for level, groups in self.levels.items():
                columns[f"set_{level}"] = ["; ".join(names) for names in groups]
        table = [list(columns), *zip(*columns.values(), strict=True)]
        with (
            replaced_file(path) as temporary,
            open(temporary, "w", newline="", encoding="utf-8") as file,
        ):
            csv.writer(file).writerows([csv_cell(cell) for cell in row] for row in table)


def _levels(classes, sets):
    """Coarser sets of space groups, by level; none if the classes are something else."""
    from skxrd.crystal import crystal_system, extinction_group
    from skxrd.metrics import coarser_sets

    levels = {}
    for level, group_of in (
        ("extinction_group", extinction_group),
        ("crystal_system", crystal_system),
    ):
        try:
            grouping = [group_of(name) for name in classes]
        except ValueError:
            return {}
        inside, groups = coarser_sets(sets, grouping)
        levels[level] = [groups[row].tolist() for row in inside]
    return levels
