#!/usr/bin/env python3
"""What a scientist would write: download, parse, numpy, h5py. The baseline of `npm run bench`.

Reads jobs from standard input, one JSON object a line: `url` of the data API, `query` to post to it,
`output_file`, and `binary` where the reply is in the frames of the binary protocol. Answers each
with a line when the file has its name.
"""

import json
import os
import struct
import sys
import urllib.request
import warnings
from datetime import datetime

import h5py
import numpy as np

try:
    import ujson
except ImportError:
    ujson = json

GENERAL = {"created": "today", "instrument": "bench", "process": "bench", "user": "bench"}

# numpy warns that it understands the offsets of dates, and does.
warnings.filterwarnings("ignore", message="parsing timezone aware datetimes")


def post(url, query):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=json.dumps(query).encode(), headers=headers)
    with urllib.request.urlopen(request) as reply:
        return reply.read()


def write_general(file):
    for name, text in GENERAL.items():
        file[f"general/{name}"] = np.bytes_(text)


def write_points(group, pulse_ids, timestamps, dates):
    group["pulse_id"] = np.array(pulse_ids, dtype=np.int64)
    group["timestamp"] = np.array(timestamps, dtype=np.int64)
    group["is_data_present"] = np.ones(len(pulse_ids), dtype=bool)
    group.create_dataset("global_date", data=dates, dtype=h5py.string_dtype())


def write_json(url, query, file):
    for channel in ujson.loads(post(f"{url}/query", query)):
        points = channel["data"]
        config = channel["configs"][0]
        shape = (len(points), *reversed(config["shape"]))
        values = np.array([point["value"] for point in points], dtype=config["type"])
        dates = [point["globalDate"] for point in points]
        group = file.create_group(f"data/{channel['channel']['name']}")
        group["data"] = values.reshape(shape)
        timestamps = np.array(dates, dtype="datetime64[ns]").astype(np.int64)
        write_points(group, [point["pulseId"] for point in points], timestamps, dates)


def frames(reply):
    at = 0
    while at < len(reply):
        (length,) = struct.unpack_from(">i", reply, at)
        yield reply[at + 4], reply[at + 5 : at + 4 + length]
        at += length + 8


def local_date(timestamp):
    seconds, nanoseconds = divmod(timestamp, 10**9)
    text = datetime.fromtimestamp(seconds).astimezone().isoformat()
    return f"{text[:19]}.{nanoseconds:09d}{text[19:]}"


def write_binary(url, query, file):
    """Images stay compressed: they are what HDF5's filter 32008 stores."""
    dataset, pulse_ids, timestamps = None, [], []
    reply = memoryview(post(f"{url}/query", query))
    for kind, payload in frames(reply):
        if kind == 0:
            header = json.loads(bytes(payload))
            image = tuple(reversed(header["shape"]))
            group = file.create_group(f"data/{header['name']}")
            dataset = group.create_dataset(
                "data",
                shape=(0, *image),
                maxshape=(None, *image),
                chunks=(1, *image),
                dtype=np.dtype(header["type"]).newbyteorder("<"),
                compression=32008,
                compression_opts=(0, 2),
            )
        else:
            timestamp, pulse_id = struct.unpack_from(">qq", payload)
            n = len(pulse_ids)
            dataset.resize(n + 1, axis=0)
            dataset.id.write_direct_chunk((n, 0, 0), bytes(payload[16:]))
            pulse_ids.append(pulse_id)
            timestamps.append(timestamp)
    write_points(group, pulse_ids, timestamps, [local_date(time) for time in timestamps])


def write(url, query, output_file, binary=False):
    temporary = f"{output_file}.part"
    with h5py.File(temporary, "w") as file:
        write_general(file)
        (write_binary if binary else write_json)(url, query, file)
    with open(temporary, "rb") as file:
        os.fsync(file.fileno())
    os.rename(temporary, output_file)


if __name__ == "__main__":
    for line in sys.stdin:
        write(**json.loads(line))
        print("written", flush=True)
