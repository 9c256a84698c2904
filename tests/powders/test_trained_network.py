"""Networks in files from anywhere: only what is in them, one error, no trace on the machine."""

import os
import subprocess
import sys

import numpy as np
import pytest

from skxrd.powders import load_symmetry_classifier
from skxrd.powders._onnx_content import asks_for_files
from skxrd.powders._trained_network import BUNDLED, TrainedNetwork

onnx = pytest.importorskip("onnx")
CONTENT = BUNDLED.read_bytes()


def test_the_bundled_network_is_whole():
    assert not asks_for_files(CONTENT)


def _everywhere():
    """Models that have a tensor in another file, at each place where a tensor can be."""
    helper = onnx.helper
    tensor = onnx.numpy_helper.from_array(np.zeros(2, np.float32), "outside")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/hostname")
    inside = onnx.numpy_helper.from_array(np.zeros(2, np.float32), "inside")
    indices = onnx.numpy_helper.from_array(np.zeros(2, np.int64), "indices")
    sparse = helper.make_sparse_tensor(tensor, indices, [4])
    graph = helper.make_graph([], "inner", [], [], [tensor])
    for name, nodes, options in (
        ("initializer", [], {"initializer": [inside, tensor]}),
        ("sparse", [], {"sparse_initializer": [sparse]}),
        ("constant", [helper.make_node("Constant", [], ["a"], value=tensor)], {}),
        ("tensors", [helper.make_node("Odd", [], ["a"], many=[inside, tensor])], {}),
        ("branch", [helper.make_node("If", ["c"], ["a"], then_branch=graph)], {}),
        ("branches", [helper.make_node("Odd", ["c"], ["a"], graphs=[graph, graph])], {}),
    ):
        yield name, helper.make_model(helper.make_graph(nodes, "outer", [], [], **options))
    node = helper.make_node("Constant", [], ["a"], value=tensor)
    function = helper.make_function("d", "f", [], ["a"], [node], [helper.make_opsetid("", 17)])
    empty = helper.make_graph([], "outer", [], [])
    yield "function", helper.make_model(empty, functions=[function])
    model = helper.make_model(empty)
    model.training_info.add().initialization.CopyFrom(graph)
    yield "training", model


@pytest.mark.parametrize("model", [pytest.param(model, id=name) for name, model in _everywhere()])
def test_values_in_other_files_are_refused_everywhere(model, tmp_path):
    path = tmp_path / "outside.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ValueError, match="outside.onnx: asks for values in other files"):
        load_symmetry_classifier(path=path)


def test_flipped_bits_are_one_error():
    rng = np.random.default_rng(0)
    head = 20_000  # weights take any bits; structure is at the beginning and the end
    for place in [*rng.integers(0, head, 20), *-rng.integers(1, 2000, 20)]:
        content = bytearray(CONTENT)
        content[place] ^= 1 << rng.integers(8)
        try:
            TrainedNetwork(bytes(content), "flipped.onnx")
        except ValueError as error:
            assert str(error).startswith("flipped.onnx: ")


@pytest.mark.parametrize(
    ("key", "value"),
    [("n_angles", "999999999999"), ("n_angles", "7"), ("wavelength", "-1"), ("begins_by", "late")],
)
def test_a_card_that_does_not_fit_the_network(key, value):
    model = onnx.load_model_from_string(CONTENT)
    (entry,) = (entry for entry in model.metadata_props if entry.key == key)
    entry.value = value
    with pytest.raises(ValueError, match="no network written by export_symmetry_network"):
        TrainedNetwork(model.SerializeToString(), "card.onnx")


def test_the_runtime_leaves_no_file_at_home(tmp_path):
    code = (
        "import numpy as np; from skxrd.powders import load_symmetry_classifier as load; "
        "model = load(); model.predict(np.random.default_rng(0).random((1, model.n_features_in_)))"
    )
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    home = tmp_path / "home"
    home.mkdir()
    environment = {**kept, "HOME": str(home), "NUMBA_CACHE_DIR": str(tmp_path / "numba")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, cwd=tmp_path)
    assert not list(home.rglob("*"))
