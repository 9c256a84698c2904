"""Entries of phases as the columns of a library, and libraries joined without duplicates."""

import numpy as np

from skxrd.search._library_file import WIDTHS

#: Texts of each phase, in the order of the file.
TEXTS = ("name", "formula", "source", "reference", "symbol")
_SAME_CELL = 0.01
_PER_PHASE = ("cell", "number", "elements", "density", "scale")


def columns_of(entries):
    """Columns of a list of entries."""
    columns = {
        name: np.array([getattr(entry, name) for entry in entries]).reshape(
            (-1, WIDTHS[name]) if name in WIDTHS else -1
        )
        for name in _PER_PHASE
    }
    columns["hkl"] = np.concatenate([np.empty((0, 3), np.int8), *(e.hkl for e in entries)])
    columns["codes"] = np.concatenate([np.empty(0, np.uint8), *(e.codes for e in entries)])
    columns["line_end"] = np.cumsum([len(entry.codes) for entry in entries])
    texts = [[getattr(entry, name) for name in TEXTS] for entry in entries]
    return {**columns, **_text_columns(texts)}


def _text_columns(texts):
    """Bytes of all texts, and where each ends."""
    raw = [[text.encode("utf-8", "replace") for text in row] for row in texts]
    ends = np.cumsum([len(text) for row in raw for text in row]).reshape(-1, len(TEXTS))
    joined = b"".join(text for row in raw for text in row)
    return {"text_end": ends, "texts": np.frombuffer(joined, np.uint8)}


def texts_of(columns, phase):
    """Texts of a phase, by name."""
    ends = columns["text_end"]
    start = int(ends[phase - 1, -1]) if phase else 0
    texts = {}
    for name, end in zip(TEXTS, ends[phase].tolist(), strict=True):
        texts[name] = bytes(columns["texts"][start:end]).decode("utf-8", "replace")
        start = end
    return texts


def merged_columns(parts, *, duplicates=False):
    """Columns of several libraries as one; of duplicates the first stays and names all sources.

    Duplicates have the same formula and space group, and cells that differ by at most 1 %.
    ``duplicates`` keeps them all.
    """
    texts = [texts_of(part, phase) for part in parts for phase in range(len(part["cell"]))]
    cell = np.concatenate([part["cell"] for part in parts])
    number = np.concatenate([part["number"] for part in parts])
    kept, kept_by_kind, sources = [], {}, {}
    for phase, text in enumerate(texts):
        alike = kept_by_kind.setdefault((text["formula"], int(number[phase])), [])
        for other in () if duplicates else alike:
            if (np.abs(cell[phase] / cell[other] - 1) < _SAME_CELL).all():
                sources[other].append(text["source"])
                break
        else:
            alike.append(phase)
            kept.append(phase)
            sources[phase] = [text["source"]]
    for phase in kept:
        texts[phase]["source"] = "; ".join(dict.fromkeys(sources[phase]))
    kept = np.array(kept, int)
    joined = {name: np.concatenate([part[name] for part in parts])[kept] for name in _PER_PHASE}
    lines = [np.diff(part["line_end"].astype(np.int64), prepend=0) for part in parts]
    n_lines = np.concatenate(lines)
    start = np.cumsum(n_lines) - n_lines
    rows = np.concatenate([np.arange(start[p], start[p] + n_lines[p]) for p in kept])
    for name in ("hkl", "codes"):
        joined[name] = np.concatenate([part[name] for part in parts])[rows]
    joined["line_end"] = np.cumsum(n_lines[kept])
    return {**joined, **_text_columns([[texts[p][name] for name in TEXTS] for p in kept])}
