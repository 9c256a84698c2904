"""Whether an ONNX file asks for other files, found without a library that would open them."""

# fields of the messages of onnx.proto that hold other messages: number and kind
_PARTS = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "tensor": {},
}
_EXTERNAL = {13, 14}  # of a tensor: where its values are, and that they are not in this file
_FIXED = {1: 8, 5: 4}  # bytes of a value by wire type
_DEEPEST = 50  # messages in one another


def asks_for_files(content, start=0, end=None, kind="model", depth=0):
    """Whether a tensor of an ONNX model, given as bytes, has its values in another file.

    Raises a ValueError if the content is no message of this kind.
    """
    end = len(content) if end is None else end
    if depth > _DEEPEST:
        raise ValueError("messages are nested too deeply")
    while start < end:
        key, start = _number(content, start, end)
        field, wire = key >> 3, key & 7
        if kind == "tensor" and field in _EXTERNAL:
            return True
        if wire == 0:
            _, start = _number(content, start, end)
        elif wire in _FIXED:
            start += _FIXED[wire]
        elif wire == 2:
            size, start = _number(content, start, end)
            part = _PARTS[kind].get(field)
            if part and asks_for_files(content, start, min(start + size, end), part, depth + 1):
                return True
            start += size
        else:
            raise ValueError(f"a field has the unknown wire type {wire}")
    if start > end:
        raise ValueError("a field is cut off")
    return False


def _number(content, start, end):
    """Number of variable length, and where it ends."""
    value = 0
    for place in range(start, min(start + 10, end)):
        value |= (content[place] & 127) << 7 * (place - start)
        if content[place] < 128:
            return value, place + 1
    raise ValueError("a number is cut off")
