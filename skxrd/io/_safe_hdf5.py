"""Data sets of HDF5 files, within limits of size and without other files."""

import zlib

import numpy as np

from skxrd._files import FormatError

MOST_POINTS = 2_000_000  # of a data set
_MOST_OBJECTS = 5000  # groups and data sets
_MOST_CHUNKS = 2000
_LARGEST_CHUNK = 64_000_000  # bytes; a chunk is unpacked as a whole
_DEFLATE = 1  # filter whose output is not bounded by its input
_BOUNDED = {2: "shuffle", 3: "fletcher32", 32000: "lzf"}


def iter_groups(h5py, top):
    """All groups that hard links reach from one, each once."""
    waiting, seen = [top], set()
    while waiting:
        group = waiting.pop()
        address = h5py.h5o.get_info(group.id).addr
        if address in seen:
            continue
        seen.add(address)
        yield group
        for name in sorted(group, reverse=True):
            if isinstance(group.get(name, getlink=True), h5py.HardLink):
                item = group[name]
                waiting += [item] if isinstance(item, h5py.Group) else []


def refuse_links(path, h5py, file):
    """Raise an error if anything in a file refers to another file, or if it holds too much."""
    total = 0
    for group in iter_groups(h5py, file):
        for name in group:
            total += 1
            if total > _MOST_OBJECTS:
                raise FormatError(path, f"holds more than {_MOST_OBJECTS} objects.")
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                raise FormatError(path, f"links {name!r} to another file; merge them.")
            item = group[name] if isinstance(link, h5py.HardLink) else None
            if isinstance(item, h5py.Dataset) and (item.external or item.is_virtual):
                raise FormatError(
                    path, f"keeps {name!r} in another file (external or virtual); merge them."
                )


def read_values(path, item, n_bytes):
    """Numbers of a data set in a file of so many bytes, one after the other, as float64."""
    name = item.name
    if item.size > MOST_POINTS or item.dtype.itemsize > 16:
        raise FormatError(path, f"has {item.size} points in {name!r}; scans are shorter.")
    if item.chunks is not None:
        _check_chunks(path, item, n_bytes)
    return np.ravel(item[()]).astype(np.float64)


def _check_chunks(path, item, n_bytes):
    """Raise an error if a chunk lies outside the file or unpacks to more than it should."""
    size = int(np.prod(item.chunks, dtype=float) * item.dtype.itemsize)
    if size > _LARGEST_CHUNK:
        raise FormatError(path, f"packs {item.name!r} in chunks of {size / 1e6:.0f} MB.")
    creation = item.id.get_create_plist()
    filters = [creation.get_filter(place)[0] for place in range(creation.get_nfilters())]
    deflated = filters.count(_DEFLATE)
    if deflated > 1 or set(filters) - {_DEFLATE, *_BOUNDED}:
        raise FormatError(path, f"packs {item.name!r} with the filters {filters}; use gzip or lzf.")
    n_chunks = item.id.get_num_chunks()
    if n_chunks > _MOST_CHUNKS:
        raise FormatError(path, f"packs {item.name!r} in {n_chunks} chunks; use fewer.")
    for number in range(n_chunks):
        chunk = item.id.get_chunk_info(number)
        if chunk.byte_offset is None or chunk.byte_offset + chunk.size > n_bytes:
            raise FormatError(path, f"has a part of {item.name!r} outside the file; it is cut off.")
        if deflated:
            _, packed = item.id.read_direct_chunk(chunk.chunk_offset)
            unpacked = zlib.decompressobj().decompress(packed, size + 1000)
            if len(unpacked) > size + 100:  # a checksum may follow the numbers
                raise FormatError(path, f"unpacks {item.name!r} to more than it should hold.")
