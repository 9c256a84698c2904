import functools
import hashlib
import shutil
import threading
from collections import Counter
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from skxrd.datasets import _autoxrd, fetch_autoxrd
from skxrd.datasets._class_folders import class_labels


def test_space_groups(measured):
    measured("autoxrd")
    films = fetch_autoxrd()
    assert Counter(films.target.tolist()) == {
        "Pm-3m": 44,
        "I4/mcm": 17,
        "P-3m1": 13,
        "Fm-3m": 4,
        "P63/mmc": 4,
        "Pc": 2,
        "P21/c": 1,
    }
    assert min(pattern.two_theta[-1] for pattern in films.data) > 59
    series = Counter(films.groups.tolist())
    assert (series["N_2-Theta"], series["MASnI3"], series["SnPerovskite"]) == (16, 10, 5)
    assert "Apache-2.0" in films.DESCR
    assert len(fetch_autoxrd(fragments=True).data) == 88


def test_dimensionality(measured):
    measured("autoxrd")
    data, y = fetch_autoxrd(target="dimensionality", return_X_y=True)
    assert Counter(y.tolist()) == {"3D": 45, "0D": 14, "2D": 14}
    first = {pattern.two_theta[0] for pattern in data}
    assert first == {3.0, 5.0, 10.0}  # cropping by row number would shift the others


@pytest.fixture
def server(tmp_path):
    """A server of two small files under the names that the registry has."""
    root = tmp_path / "served"
    names = ["Datasets/Experimental/pm-3m/5% Cs.xy", "Datasets/Experimental/Pc/a #2.xy"]
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("10 1\n11 2\n12 3\n")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=root)
    handler.log_message = lambda *arguments: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    registry = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in names}
    yield f"http://127.0.0.1:{server.server_port}/", root, registry
    server.shutdown()


def test_files_are_downloaded_once_and_verified(server, tmp_path, monkeypatch):
    url, root, registry = server
    monkeypatch.setattr(_autoxrd, "_BASE_URL", url)
    home = tmp_path / "home"
    paths = _autoxrd._local_files(list(registry), registry, home, True)
    assert all(path.read_text().startswith("10 1") for path in paths)
    shutil.rmtree(root)
    assert _autoxrd._local_files(list(registry), registry, home, True) == paths
    assert _autoxrd._local_files(list(registry), registry, home, False) == paths


def test_a_file_that_is_not_the_published_one_is_refused(server, tmp_path, monkeypatch):
    url, root, registry = server
    monkeypatch.setattr(_autoxrd, "_BASE_URL", url)
    name = next(iter(registry))
    (root / name).write_text("10 1\n11 9\n")
    home = tmp_path / "home"
    with pytest.raises(ValueError, match="hash"):
        _autoxrd._local_files([name], registry, home, True)
    assert not [path for path in home.rglob("*") if path.is_file()]
    (home / "autoxrd" / name).parent.mkdir(parents=True, exist_ok=True)
    (home / "autoxrd" / name).write_text("10 1\n")
    with pytest.raises(ValueError, match="is not the published file"):
        _autoxrd._local_files([name], registry, home, False)


def test_without_the_files_and_without_download_it_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="1 of 1 files are missing"):
        fetch_autoxrd(target="dimensionality", data_home=tmp_path, download_if_missing=False)


def test_folder_names_become_short_standard_symbols():
    names = ["Pm-3m", "194", "P 1 21/n 1"]
    assert class_labels(names, "space_group").tolist() == ["Pm-3m", "P63/mmc", "P21/c"]


def test_loose_folder_names_are_understood_only_together():
    assert class_labels(["P3m1", "P61mmc"], "space_group").tolist() == ["P-3m1", "P63/mmc"]
    assert class_labels(["P3m1", "Pc"], "space_group").tolist() == ["P3m1", "Pc"]
    assert class_labels(["I4Imcm", "P61mmc"], "dimensionality").tolist() == ["3D", "0D"]
    with pytest.raises(ValueError, match="folder 'P3m1' is not a dimensionality"):
        class_labels(["P3m1"], "dimensionality")
