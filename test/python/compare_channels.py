"""Compares channels of a file, value by value and bit by bit, with what was put into a data buffer.

usage: compare_channels.py <HDF5 file> <JSON: [{name, type, shape, values or texts, labels, pulses, times, present}]>

Prints the differences as a JSON list of texts; attributes `units` and `description` count, too.
"""

import base64
import datetime
import json
import sys

import h5py
import numpy as np


def main(path, expected):
    differences = []
    with h5py.File(path, "r") as file, open(expected) as truth:
        for channel in json.load(truth):
            group = file["data"].get(channel["name"])
            found = ["is not there"] if group is None else list(compare(group, channel))
            differences += [f"{channel['name']}: {text}" for text in found]
    return differences


def compare(group, channel):
    rows = len(channel["pulses"])
    shape = (rows, *channel["shape"])
    present = np.array(channel["present"], bool)
    yield from columns(group, channel, present)
    data = group["data"]
    if data.shape != shape:
        yield f"data has shape {data.shape}, not {shape}"
        return
    if channel["type"] == "string":
        yield from texts(data, channel["texts"])
    else:
        dtype = np.dtype(channel["type"])
        wanted = np.frombuffer(base64.b64decode(channel["values"]), dtype).reshape(shape)
        values = data[...]
        if values.dtype != dtype:
            yield f"data is {values.dtype}, not {dtype}"
        elif values.tobytes() != wanted.tobytes():
            different = [i for i in range(rows) if values[i].tobytes() != wanted[i].tobytes()]
            row = different[0]
            yield f"data differs in {len(different)} rows, first {row}: {values[row]}, not {wanted[row]}"
    if "labels" in channel:
        if "label" not in group:
            yield "label is not there"
        elif group["label"].shape != shape:
            yield f"label has shape {group['label'].shape}, not {shape}"
        else:
            yield from texts(group["label"], channel["labels"])
    elif "label" in group:
        yield "label is there"
    for name in ("units", "description"):
        found = data.attrs.get(name)
        if found != channel.get(name):
            yield f"{name} is {found!r}, not {channel.get(name)!r}"


def columns(group, channel, present):
    wanted = {
        "pulse_id": np.array(channel["pulses"], np.int64),
        "timestamp": np.array([int(time) for time in channel["times"]], np.int64),
        "is_data_present": present,
    }
    for name, column in wanted.items():
        found = group[name][...]
        if found.dtype != column.dtype or found.shape != column.shape:
            yield f"{name} is {found.dtype} {found.shape}, not {column.dtype} {column.shape}"
        elif (found != column).any():
            row = int(np.argmax(found != column))
            yield f"{name} differs first in row {row}: {found[row]}, not {column[row]}"
    dates = group["global_date"].asstr()[...]
    for date, time in zip(dates, channel["times"]):
        if nanoseconds(date) != int(time):
            yield f"global_date is {date}, not {time}"
            return


def nanoseconds(date):
    """Of a date with nine decimals, and an offset from UTC or Z."""
    fraction = date[20:29]
    second = datetime.datetime.fromisoformat(date[:19] + date[29:].replace("Z", "+00:00"))
    return int(second.timestamp()) * 10**9 + int(fraction)


def texts(dataset, wanted):
    found = dataset.asstr()[...].ravel().tolist()
    for i, (text, other) in enumerate(zip(found, wanted)):
        if text != other:
            yield f"{dataset.name} differs first in element {i}: {text!r}, not {other!r}"
            return


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
