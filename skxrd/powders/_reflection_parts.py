"""Parts of a reflection store, one a batch of crystals, and how they become its arrays."""

import json

import numpy as np

from skxrd._files import replaced_file
from skxrd._resumable import damage_named
from skxrd.crystal import ReflectionList

#: Arrays of the store, and that of the numbers of their entries for each crystal.
COUNTED = {
    "hkl": "n_reflections",
    "multiplicity": "n_reflections",
    "strength": "n_reflections",
    "rotations": "n_rotations",
}
#: Folder of the parts in that of the store.
PARTS = "parts"
_OF_CRYSTALS = ("cell", "damped", "n_reflections", "n_rotations")  # one entry a crystal
_WRITE_AGAIN = "delete it and run write_reflection_store again"


def write_part(folder, crystals, made_of, settings, on_error):
    """Number of lists of a batch, which are written unless they are there."""
    path = _part_path(folder, made_of)
    if path.exists():
        part = _read_part(folder, made_of, "cell", "skipped")
        if on_error == "skip" or str(part["skipped"]) == "[]":
            return len(part["cell"])
    lists, labels, skipped = [], [], []
    for position, crystal in enumerate(crystals):
        try:
            listed = ReflectionList.from_crystal(crystal, **settings)
        except ValueError as error:
            if on_error == "raise":
                raise
            skipped.append([position, str(error)])
            continue
        lists.append(listed)
        labels.append({"name": listed.name, **listed.metadata})
    columns = {
        name: np.concatenate([getattr(listed, name) for listed in lists])
        for name in COUNTED
        if lists
    }
    with replaced_file(path) as temporary:
        np.savez(
            temporary,
            made_of=json.dumps(made_of),
            cell=np.array([listed.cell for listed in lists]).reshape(-1, 6),
            damped=np.array([listed.damped for listed in lists], bool),
            n_reflections=np.array([len(listed) for listed in lists], np.int32),
            n_rotations=np.array([len(listed.rotations) for listed in lists], np.int32),
            labels=json.dumps(labels, default=_plain),
            skipped=json.dumps(skipped),
            **columns,
        )
    return len(lists)


def join_parts(folder, made_of):
    """Write the arrays of all parts one after another, and the table of the labels.

    ``made_of`` has the number of batches and the description of each; parts of others are refused.
    """
    import pandas as pd

    batches = [{name: text} for name, text in made_of.items() if name != "batches"]
    small = [_read_part(folder, one, *_OF_CRYSTALS, "labels", "skipped") for one in batches]
    labels = [label for part in small for label in json.loads(str(part["labels"]))]
    if not labels:
        raise ValueError(f"{folder.path}: no crystal has a reflection; see d_min and on_error.")
    for name in _OF_CRYSTALS:
        with replaced_file(folder.path / f"{name}.npy") as temporary:
            np.save(temporary, np.concatenate([part[name] for part in small]))
    for name, count in COUNTED.items():
        lengths = [int(part[count].sum()) for part in small]
        with replaced_file(folder.path / f"{name}.npy") as temporary:
            _join_array(folder, batches, name, lengths, temporary)
    skipped = [
        (number, *row)
        for number, part in enumerate(small)
        for row in json.loads(str(part["skipped"]))
    ]
    path = folder.path / "skipped.csv"
    if skipped:
        table = pd.DataFrame(skipped, columns=["batch", "position", "reason"])
        with replaced_file(path) as temporary:
            table.to_csv(temporary, index=False)
    else:
        path.unlink(missing_ok=True)  # of a killed run with other batches
    with replaced_file(folder.path / "labels.parquet") as temporary:
        pd.DataFrame(labels).to_parquet(temporary)


def _join_array(folder, batches, name, lengths, path):
    """Write one array of those parts that have entries, as many as the lengths say."""
    joined, start = None, 0
    for made_of, length in zip(batches, lengths, strict=True):
        if not length:
            continue
        piece = _read_part(folder, made_of, name)[name]
        if joined is None:
            shape = (sum(lengths), *piece.shape[1:])
            joined = np.lib.format.open_memmap(path, "w+", piece.dtype, shape)
        joined[start : start + length] = piece
        start += length
    joined.flush()


def _read_part(folder, made_of, *names):
    """Some arrays of the part of a batch, which must be of the crystals that ``made_of`` has."""
    path = _part_path(folder, made_of)
    with damage_named(path, _WRITE_AGAIN), np.load(path) as part:
        recorded = json.loads(str(part["made_of"]))
        read = {name: part[name] for name in names}
    folder.compare(made_of, recorded)
    return read


def _part_path(folder, made_of):
    """File of the part of a batch."""
    (name,) = made_of
    return folder.path / PARTS / f"{int(name.removeprefix('batch ')):06d}.npz"


def _plain(value):
    """Value that JSON can hold."""
    return value.item() if isinstance(value, np.generic) else str(value)
