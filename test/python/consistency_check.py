"""Checks the files of a run as the flat layout's own consistency check does.

usage: consistency_check.py <run JSON> <raw folder>

Prints {"check": true | false, "reason": [...]}. What is expected are the multiples of the run's rate in the range
that was asked for, whatever was written beside them.
"""

import json
import sys
from datetime import datetime

import h5py


def main(run_file, raw):
    with open(run_file, encoding="utf-8") as file:
        run = json.load(file)
    datetime.strptime(run["request_time"], "%Y-%m-%d %H:%M:%S.%f")
    for name in ["pgroup", "beamline"]:
        if not isinstance(run[name], str):
            raise ValueError(f"{name} is no text")
    rate = run.get("rate_multiplicator", 1)
    start, stop = run["start_pulseid"], run["stop_pulseid"]
    expected = [pulse for pulse in range(start, stop + 1) if pulse % rate == 0]
    folder = f"{raw}/{run.get('directory_name', '')}"
    prefix = f"{folder}/run_{run['run_number']:06d}"
    reasons = []
    if "channels_list" in run:
        check_channels(f"{prefix}.BSREAD.h5", run["channels_list"], rate, expected, reasons)
    if "camera_list" in run:
        check_cameras(f"{prefix}.CAMERAS.h5", run["camera_list"], expected, reasons)
    return {"check": not reasons, "reason": reasons or "all is well"}


def check_channels(path, channels, rate, expected, reasons):
    with h5py.File(path, "r") as file:
        if "data" not in file:
            reasons.append(f"{path} has no group data")
            return
        for channel in channels:
            if channel not in file["data"]:
                reasons.append(f"{channel} is not in {path}")
                continue
            group = file["data"][channel]
            rows = zip(group["pulse_id"][:], group["is_data_present"][:])
            ids = [int(pulse) for pulse, present in rows if pulse % rate == 0 and present]
            compare(channel, ids, expected, reasons)


def check_cameras(path, cameras, expected, reasons):
    with h5py.File(path, "r") as file:
        for camera in cameras:
            if camera not in file:
                reasons.append(f"{camera} is not in {path}")
                continue
            compare(camera, [int(pulse) for pulse in file[camera]["pulse_id"][:]], expected, reasons)
            for row in range(len(file[camera]["data"])):
                if file[camera]["data"][row].ndim != 2:
                    reasons.append(f"{camera} has no image at row {row}")


def compare(channel, ids, expected, reasons):
    if len(ids) != len(expected):
        reasons.append(f"{channel} has {len(ids)} pulse ids, not {len(expected)}")
    elif ids and (ids[0], ids[-1]) != (expected[0], expected[-1]):
        reasons.append(f"{channel} has pulses {ids[0]} to {ids[-1]}, not {expected[0]} to {expected[-1]}")
    elif ids != expected:
        reasons.append(f"{channel} has other pulse ids than expected")


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
