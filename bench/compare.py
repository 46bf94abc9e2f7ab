#!/usr/bin/env python3
"""Compares HDF5 files with a reference: `compare.py reference.h5 blocks file.h5 ...`

Every dataset must have the reference's type, shape and values, bit by bit. With more than one block,
a file has the reference's rows that many times over, each time with the pulse ids that follow, and
timestamps as far apart as the pulses. Ends with 1 and says what differs.
"""

import sys
import warnings

import h5py
import numpy as np

PULSE_NS = 10_000_000


def datasets(file):
    found = {}

    def collect(name, item):
        # What viewers plot is there beside the channels, or not.
        if isinstance(item, h5py.Dataset) and not name.startswith("entry/"):
            found[name] = item

    file.visititems(collect)
    return found


def facts(dataset):
    """The type as it is stored, and what h5py makes of it."""
    string = h5py.check_string_dtype(dataset.dtype)
    return string or dataset.dtype, dataset.id.get_type().get_class()


def pulse_clock(pulse_ids):
    """Timestamps relative to those of pulse 0: 10 ms a pulse, and they end in the pulse id."""
    return pulse_ids * PULSE_NS + pulse_ids % 1_000_000


def expected_block(name, reference, pulse_ids, later):
    kind = name.rsplit("/", 1)[-1]
    if kind == "pulse_id":
        return reference + later
    if kind == "timestamp":
        return reference + pulse_clock(pulse_ids + later) - pulse_clock(pulse_ids)
    return reference


def same(expected, actual):
    if expected.dtype.kind == "O":
        return (expected == actual).all()
    return expected.tobytes() == actual.tobytes()


def date_times(texts):
    return np.array([text.decode() for text in texts], dtype="datetime64[ns]").astype(np.int64)


def differences(reference, blocks, file):
    expected, actual = datasets(reference), datasets(file)
    for name in sorted(expected.keys() ^ actual.keys()):
        yield f"{name} is in one file only"
    for name in sorted(expected.keys() & actual.keys()):
        mine, other = expected[name], actual[name]
        if facts(mine) != facts(other):
            yield f"{name} has type {other.dtype}, not {mine.dtype}"
        elif not mine.shape:
            if mine[()] != other[()]:
                yield f"{name} is {other[()]}, not {mine[()]}"
        elif other.shape != (mine.shape[0] * blocks, *mine.shape[1:]):
            yield f"{name} has shape {other.shape}, not {blocks} x {mine.shape}"
        else:
            yield from value_differences(name, reference, mine, other, blocks, actual)


def value_differences(name, reference, mine, other, blocks, actual):
    rows = mine.shape[0]
    group = name.rsplit("/", 1)[0]
    values = mine[()]
    pulse_ids = reference[f"{group}/pulse_id"][()]
    for block in range(blocks):
        part = other[block * rows : (block + 1) * rows]
        if block > 0 and name.endswith("/global_date"):
            timestamps = actual[f"{group}/timestamp"][block * rows : (block + 1) * rows]
            equal = (date_times(part) == timestamps).all()
        else:
            equal = same(expected_block(name, values, pulse_ids, block * rows), part)
        if not equal:
            yield f"{name} has other values in rows {block * rows} to {(block + 1) * rows}"


if __name__ == "__main__":
    # numpy warns that it understands the offsets of dates, and does.
    warnings.filterwarnings("ignore", message="parsing timezone aware datetimes")
    _, path, blocks, *paths = sys.argv
    found = []
    with h5py.File(path) as reference:
        for each in paths:
            with h5py.File(each) as file:
                found += [f"{each}: {text}" for text in differences(reference, int(blocks), file)]
    print("\n".join(found[:20]))
    sys.exit(1 if found else 0)
