"""What readers of either layout find in a file: below /data where there is such a group, else at the root, each
group for a channel.

usage: channels_of_file.py <HDF5 file>

Prints {channel: [pulse ids, shape of data, pulses with a value]}.
"""

import json
import sys

import h5py
import numpy as np


def main(path):
    with h5py.File(path, "r") as file:
        groups = file["data"] if "data" in file else file
        return {name: channel(group) for name, group in groups.items()}


def channel(group):
    pulses = group["pulse_id"][:]
    present = group["is_data_present"][:] if "is_data_present" in group else np.ones(len(pulses), bool)
    return [pulses.tolist(), list(group["data"][:].shape), pulses[present].tolist()]


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
