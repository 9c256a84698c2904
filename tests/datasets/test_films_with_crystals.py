import numpy as np
from sklearn.utils import Bunch

from skxrd import PowderPattern
from skxrd.datasets import load_films_with_crystals, make_thin_films


def test_series_of_measured_films_are_kept_and_fragments_named():
    films = make_thin_films(14, random_state=0)
    fragment = PowderPattern(np.arange(14, 14.5, 0.05), np.ones(10), "CuKa", "short")
    measured = Bunch(
        data=[*films.data, fragment],
        target=np.append(films.target, films.target[0]),
        groups=np.array(["series 1"] * 7 + ["series 2"] * 8),
    )
    data = load_films_with_crystals(measured, random_state=0)
    kept = data.groups != "simulated"
    assert data.groups[kept].tolist() == ["series 1"] * 7 + ["series 2"] * 7
    assert (data.target[kept] == films.target).all()
    assert data.left_out == ["short: covers too little of the range of the others"]
    assert data.summary.startswith("14 measured films")
