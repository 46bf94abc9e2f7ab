#!/usr/bin/env python3
"""What a scientist would write for data API 4: requests, cbor2, numpy, h5py, four threads. A baseline of `npm run bench`.

Reads jobs from standard input, one JSON object a line: `url` of the data API, `channels`,
`first_pulse_id` and `last_pulse_id`, `output_file`. Answers each with a line when the file has its name.
"""

import json
import os
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import cbor2
import h5py
import numpy as np
import requests

from baseline_h5py import local_date, write_general, write_points

BACKEND = "sf-databuffer"
THREADS = 4
TYPES = {"f64": np.float64, "f32": np.float32}

# Connections are kept from one channel to the next.
session = requests.Session()


def time_of(url, pulse_id):
    reply = session.get(f"{url}/map/pulse/{BACKEND}/{pulse_id}")
    reply.raise_for_status()
    return reply.json()


def utc(timestamp):
    seconds, nanoseconds = divmod(timestamp, 10**9)
    return f"{datetime.utcfromtimestamp(seconds).isoformat()}.{nanoseconds:09d}Z"


def frames(stream):
    while head := stream.read(16):
        (length,) = struct.unpack_from("<I", head)
        yield cbor2.loads(stream.read(length))
        stream.read(-length % 8)


class Channel:
    """Reads the rows of a channel."""

    def __init__(self, url, name, begin, end):
        self.name = name
        query = {"backend": BACKEND, "channelName": name, "begDate": begin, "endDate": end}
        accept = {"Accept": "application/cbor-framed"}
        self.values, self.pulse_ids, self.timestamps, complete = [], [], [], False
        with session.get(f"{url}/events", params=query, headers=accept, stream=True) as reply:
            reply.raise_for_status()
            for frame in frames(reply.raw):
                if "error" in frame:
                    raise RuntimeError(f"{name}: {frame['error']}")
                complete = complete or frame.get("rangeFinal", False)
                if "tss" in frame:
                    self.type = TYPES[frame["scalar_type"]]
                    self.values += frame["values"]
                    self.pulse_ids += frame["pulses"]
                    self.timestamps += frame["tss"]
        if not complete:
            raise RuntimeError(f"{name}: incomplete")
        self.dates = [local_date(timestamp) for timestamp in self.timestamps]

    def write(self, file):
        group = file.create_group(f"data/{self.name}")
        values = np.array(self.values, dtype=self.type)
        group["data"] = values.reshape(len(values), -1)
        write_points(group, self.pulse_ids, self.timestamps, self.dates)


def write(url, channels, first_pulse_id, last_pulse_id, output_file):
    temporary = f"{output_file}.part"
    begin, end = (utc(time_of(url, pulse_id)) for pulse_id in (first_pulse_id, last_pulse_id + 1))
    with h5py.File(temporary, "w") as file, ThreadPoolExecutor(THREADS) as pool:
        write_general(file)
        for channel in pool.map(lambda name: Channel(url, name, begin, end), channels):
            channel.write(file)
    with open(temporary, "rb") as file:
        os.fsync(file.fileno())
    os.rename(temporary, output_file)


if __name__ == "__main__":
    for line in sys.stdin:
        write(**json.loads(line))
        print("written", flush=True)
