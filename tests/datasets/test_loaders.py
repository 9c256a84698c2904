"""All loaders return the same fields."""

import pytest

from skxrd.datasets import (
    load_halides,
    make_cubic_crystals,
    make_structure_types,
    make_thin_films,
    read_class_folders,
    read_films_with_crystals,
)
from skxrd.io import write_pattern


def read_folder(folder):
    for number, film in enumerate(make_thin_films(4, random_state=0).data):
        place = folder / ("a" if number % 2 else "b")
        place.mkdir(exist_ok=True)
        write_pattern(film, place / f"{number}.xy")
    return read_class_folders(folder)


@pytest.mark.parametrize(
    "load",
    [
        read_folder,
        lambda _: load_halides(),
        lambda _: make_cubic_crystals(8, random_state=0),
        lambda _: make_structure_types(8, random_state=0),
        lambda _: make_thin_films(7, random_state=0),
        lambda _: read_films_with_crystals(random_state=0),
    ],
)
def test_every_loader_returns_the_common_fields(tmp_path, load):
    data = load(tmp_path)
    assert len(data.data) == len(data.target) == len(data.groups)
    assert data.target_names == sorted(set(data.target.tolist()))
    assert {type(name) for name in data.target_names} == {str}
    assert data.two_theta is None or data.two_theta.ndim == 1
    assert len(data.DESCR) > 50 and "{" not in data.DESCR
