"""Write a trained symmetry network as an ONNX file, which runs without Keras."""

import datetime

import numpy as np

from skxrd._files import replaced_file
from skxrd._grid import check_angles, check_wavelength
from skxrd.powders._trained_network import FORMAT

_OPSET, _IR_VERSION = 17, 8  # of 2022: runtimes since then read them
_UNEQUAL = 1e-6  # relative difference of steps of one grid


def export_symmetry_network(
    network,
    path,
    two_theta,
    *,
    wavelength="CuKa",
    temperature=1.0,
    scan_limits=None,
    description="",
    half_precision=True,
):
    r"""Write a trained network of :func:`build_symmetry_conv` as an ONNX file.

    :func:`load_symmetry_classifier` reads it, and so does any ONNX runtime. The probabilities of
    the file are those of the network at the given temperature, softmax(logits / T); the classifier
    averages them over sizes of the cell.

    Parameters
    ----------
    network : keras.Model
        From patterns, NaN where nothing was measured and 1 at the highest point, to the
        probabilities of the 230 space groups.
    path : path-like
        File to write, ending in ``.onnx``.
    two_theta : array-like of shape (n_angles,)
        Angles in degrees that the network was trained on, in equal steps.
    wavelength : float or str, default="CuKa"
        Wavelength that the network was trained on, in angstrom or by name.
    temperature : float, default=1.0
        That of :func:`skxrd.metrics.fit_temperature`.
    scan_limits : (float, float), default=None
        Greatest first angle and least last angle of the scans of the training in degrees; narrower
        scans get a warning. ``None`` is the whole of ``two_theta``.
    description : str, default=""
        On what and how the network was trained, in a sentence or two.
    half_precision : bool, default=True
        Store weights in half precision, which takes half the space and changes probabilities by
        less than 0.001. It is computed in single precision either way.

    Raises
    ------
    ImportError
        If the package ``onnx`` is not installed.
    ValueError
        If the network has a layer that cannot be written, or an argument does not fit it.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import numpy as np
    >>> from skxrd.powders import build_symmetry_conv, export_symmetry_network
    >>> from skxrd.powders import load_symmetry_classifier
    >>> network = build_symmetry_conv(500, filters=(4, 4), hidden_units=8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "small.onnx")
    ...     export_symmetry_network(network, path, np.linspace(10, 90, 500))
    ...     load_symmetry_classifier("crystal_system", path=path).classes_.size
    7
    """
    import onnx

    angles = check_angles(two_theta)
    _check(network, path, angles, temperature)
    max_first_angle, min_last_angle = angles[[0, -1]] if scan_limits is None else scan_limits
    properties = {
        "format": FORMAT,
        "two_theta_first": repr(float(angles[0])),
        "two_theta_last": repr(float(angles[-1])),
        "n_angles": str(angles.size),
        "wavelength": repr(check_wavelength(wavelength)),
        "temperature": repr(float(temperature)),
        "begins_by": repr(float(max_first_angle)),
        "ends_behind": repr(float(min_last_angle)),
        "date": datetime.date.today().isoformat(),
        "description": description,
    }
    graph = _Graph(half_precision)
    last = graph.walk(network, float(temperature))
    helper, number = onnx.helper, onnx.TensorProto.FLOAT
    model = helper.make_model(
        helper.make_graph(
            [*graph.nodes, helper.make_node("Identity", [last], ["probabilities"])],
            "symmetry",
            [helper.make_tensor_value_info("patterns", number, ["n_patterns", angles.size])],
            [helper.make_tensor_value_info("probabilities", number, ["n_patterns", 230])],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="skxrd",
    )
    helper.set_model_props(model, properties)
    onnx.checker.check_model(model, full_check=True)
    with replaced_file(path) as temporary:
        temporary.write_bytes(model.SerializeToString())


def _check(network, path, angles, temperature):
    """Raise a ValueError if the arguments of the export do not fit the network."""
    if not str(path).endswith(".onnx"):
        raise ValueError(f"path is {str(path)!r}; name a file that ends in .onnx.")
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}; it must be positive (1 changes nothing).")
    shapes = network.input_shape, network.output_shape
    if shapes != ((None, angles.size), (None, 230)):
        raise ValueError(
            f"the network goes from {shapes[0]} to {shapes[1]}, but two_theta has {angles.size} "
            "angles and there are 230 space groups; pass the grid it was trained on."
        )
    steps = np.diff(angles)
    if steps.max() - steps.min() > _UNEQUAL * steps.mean():
        raise ValueError(
            f"two_theta has steps from {steps.min():g} to {steps.max():g}; the network of a file "
            "needs equal steps."
        )


class _Graph:
    """Nodes and weights of the ONNX graph, with channels before positions."""

    def __init__(self, half_precision):
        self.half_precision = half_precision
        self.nodes, self.initializers = [], []

    def add(self, kind, inputs, **attributes):
        """Append a node and return the name of its output."""
        import onnx

        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(onnx.helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    def constant(self, values):
        """Append an array as it is and return its name."""
        import onnx

        name = f"constant_{len(self.initializers)}"
        self.initializers.append(onnx.numpy_helper.from_array(np.asarray(values), name))
        return name

    def weights(self, values):
        """Append weights, in half precision if asked for, and return the name in single."""
        import onnx

        if not self.half_precision:
            return self.constant(np.asarray(values, np.float32))
        with np.errstate(over="ignore"):  # checked in the next line
            half = np.asarray(values, np.float16)
        if not np.isfinite(half).all():
            raise ValueError(
                f"weights reach {np.abs(values).max():g}, more than half precision holds; export "
                "with half_precision=False."
            )
        return self.add("Cast", [self.constant(half)], to=onnx.TensorProto.FLOAT)

    def walk(self, network, temperature):
        """Write all layers in their order and return the name of the probabilities."""
        known = {id(network.inputs[0]): "patterns"}
        for layer in network.layers:
            kind = type(layer).__name__
            if kind == "InputLayer":
                continue
            write = getattr(self, f"_{kind}", None)
            if write is None:
                raise ValueError(
                    f"layer {layer.name!r} is a {kind}, which cannot be exported; train a network "
                    "of build_symmetry_conv."
                )
            inputs = layer.input if isinstance(layer.input, (list, tuple)) else [layer.input]
            names = [known[id(tensor)] for tensor in inputs]
            if layer.output is network.outputs[0]:
                return self._probabilities(layer, names, temperature)
            known[id(layer.output)] = write(layer, names)
        raise ValueError("the output of the network is not that of its last layer.")

    def _probabilities(self, layer, names, temperature):
        if type(layer).__name__ != "Dense" or layer.activation.__name__ != "softmax":
            raise ValueError(
                f"the last layer, {layer.name!r}, is no Dense layer with softmax, so its output "
                "would not be probabilities."
            )
        logits = self._matrix_product(layer, names)
        scaled = self.add("Div", [logits, self.constant(np.float32(temperature))])
        return self.add("Softmax", [scaled], axis=1)

    def _MeasuredAngles(self, layer, names):
        import onnx

        missing = self.add("IsNaN", names)
        zero = self.constant(np.float32(0))
        positive = self.add("Relu", [self.add("Where", [missing, zero, *names])])
        measured = self.add("Cast", [self.add("Not", [missing])], to=onnx.TensorProto.FLOAT)
        channels = [self.add("Sqrt", [positive]), measured]
        axis = self.constant(np.array([1]))
        return self.add("Concat", [self.add("Unsqueeze", [c, axis]) for c in channels], axis=1)

    def _Conv1D(self, layer, names):
        if layer.dilation_rate != (1,) or layer.groups != 1:
            raise ValueError(f"layer {layer.name!r} is dilated or grouped; neither is exported.")
        kernel, *bias = layer.get_weights()
        inputs = [*names, self.weights(kernel.transpose(2, 1, 0)), *map(self.weights, bias)]
        sizes = self._window(layer, layer.kernel_size[0], layer.strides[0])
        return self._activated(layer, self.add("Conv", inputs, **sizes))

    def _AveragePooling1D(self, layer, names):
        sizes = self._window(layer, layer.pool_size[0], layer.strides[0])
        return self.add("AveragePool", names, count_include_pad=0, **sizes)

    @staticmethod
    def _window(layer, size, stride):
        """Window with the padding of TensorFlow, whose larger half is at the end."""
        padding = 0
        if layer.padding == "same":
            n = layer.input.shape[1]
            padding = max(0, (-(-n // stride) - 1) * stride + size - n)
        elif layer.padding != "valid":
            raise ValueError(
                f"layer {layer.name!r} has padding {layer.padding!r}; 'same' and 'valid' are "
                "exported."
            )
        before = padding // 2
        return {"kernel_shape": [size], "strides": [stride], "pads": [before, padding - before]}

    def _ReLU(self, layer, names):
        if layer.max_value is not None or layer.negative_slope or layer.threshold:
            raise ValueError(f"layer {layer.name!r} is no plain ReLU, which alone is exported.")
        return self.add("Relu", names)

    def _Activation(self, layer, names):
        return self._activated(layer, *names)

    def _Add(self, layer, names):
        return self.add("Sum", names)

    def _Dropout(self, layer, names):
        return names[0]

    def _BatchNormalization(self, layer, names):
        kernels = dict(
            zip([w.path.rsplit("/", 1)[1] for w in layer.weights], layer.get_weights(), strict=True)
        )
        scale = kernels["gamma"] / np.sqrt(kernels["moving_variance"] + layer.epsilon)
        shift = kernels["beta"] - kernels["moving_mean"] * scale
        scaled = self.add("Mul", [*names, self.weights(scale[:, None])])
        return self.add("Add", [scaled, self.weights(shift[:, None])])

    def _Flatten(self, layer, names):
        # Keras has positions before channels
        return self.add("Flatten", [self.add("Transpose", names, perm=[0, 2, 1])], axis=1)

    def _Dense(self, layer, names):
        return self._activated(layer, self._matrix_product(layer, names))

    def _matrix_product(self, layer, names):
        return self.add("Gemm", [*names, *map(self.weights, layer.get_weights())])

    def _activated(self, layer, name):
        activation = layer.activation.__name__
        if activation == "linear":
            return name
        if activation != "relu":
            raise ValueError(
                f"layer {layer.name!r} has the activation {activation!r}; 'relu' and none are "
                "exported."
            )
        return self.add("Relu", [name])
