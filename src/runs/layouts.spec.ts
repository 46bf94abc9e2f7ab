import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseExactJson } from '../request/exact-json.js';
import { noted, rawFolder, retrieval } from './pgroup.fixture.js';
import type { JsonObject } from './retrieval.js';
import { RunBooks } from './run-book.js';

const BODY = parseExactJson(
  `{"pgroup": "p12345", "start_pulseid": "1000", "stop_pulseid": 1200, "rate_multiplicator": 2,
    "channels_list": ["SAR-B", "SAR-A", "SAR-B"], "camera_list": ["CAM:FPICTURE", "CAM:FPICTURE "], "pv_list": ["PV-1"],
    "detectors": {"JF01": {"factor": 1.0}}, "directory_name": null, "user_tag": "a b",
    "client_name": "slic", "unknown": 9007199254740993,
    "beamline": "posted", "acquisition_number": 99, "unique_acquisition_run_number": 98,
    "request_time": "2024-01-01 00:00:00.000000", "appended_directory_suffix": "old", "request_ids": ["posted"], "files": [],
    "not_written": {"pv_list": ["X"]}}`,
) as JsonObject;

const asked = {
  startPulseId: 1000,
  stopPulseId: 1200,
  rateMultiplicator: 2,
  tag: 'a b',
  channels: ['SAR-B', 'SAR-A'],
  cameras: ['CAM:FPICTURE'],
  pvs: ['PV-1'],
  detectors: { JF01: {} },
  body: BODY,
  requestTime: '2026-11-30 18:30:00.123000',
};

it('has the files of the run layout, to the byte', async () => {
  const raw = rawFolder();
  const book = new RunBooks().of(raw);
  await book.advance();
  const scanInfo = parseExactJson(
    '{"scan_name": "s", "name": ["m"], "offset": [0], "conversion_factor": [1.0], "scan_values": [1.50]}',
  ) as JsonObject;
  const first = retrieval({
    ...asked,
    id: 'ID',
    runNumber: 1,
    suffix: 'a_b',
    scanInfo,
    taken: { pvs: true, detectors: false },
  });
  await book.acquire(first, noted);
  await book.acquire(retrieval({ runNumber: 1, suffix: 'a_b' }), noted);
  expect(names(raw)).toEqual([
    'run0001-a_b/meta/acq0001.json',
    'run0001-a_b/meta/acq0002.json',
    'run0001-a_b/meta/scan.json',
    'run_info/.lock',
    'run_info/LAST_ARUN',
    'run_info/LAST_RUN',
  ]);
  expect(readdirSync(join(raw, 'run0001-a_b')).sort()).toEqual(['data', 'logs', 'meta']);
  expect(readFileSync(join(raw, 'run0001-a_b/meta/acq0001.json'), 'utf8')).toBe(`{
    "acquisition_number": 1,
    "appended_directory_suffix": "a_b",
    "beamline": "alvra",
    "camera_list": [
        "CAM:FPICTURE"
    ],
    "channels_list": [
        "SAR-B",
        "SAR-A"
    ],
    "client_name": "slic",
    "detectors": {
        "JF01": {
            "factor": 1.0
        }
    },
    "files": [
        "${raw}/run0001-a_b/data/acq0001.PVDATA.h5",
        "${raw}/run0001-a_b/data/acq0001.BSDATA.h5",
        "${raw}/run0001-a_b/data/acq0001.CAMERAS.h5"
    ],
    "not_written": {
        "detectors": [
            "JF01"
        ]
    },
    "pgroup": "p12345",
    "pv_list": [
        "PV-1"
    ],
    "rate_multiplicator": 2,
    "request_ids": [
        "ID",
        "ID-images"
    ],
    "request_time": "2026-11-30 18:30:00.123000",
    "run_number": 1,
    "start_pulseid": 1000,
    "stop_pulseid": 1200,
    "unique_acquisition_run_number": 1,
    "unknown": 9007199254740993,
    "user_tag": "a b"
}`);
  expect(readFileSync(join(raw, 'run0001-a_b/meta/scan.json'), 'utf8')).toBe(`{
    "pulseIds": [
        [
            1000,
            1200
        ],
        [
            1000,
            1099
        ]
    ],
    "scan_files": [
        [
            "${raw}/run0001-a_b/data/acq0001.PVDATA.h5",
            "${raw}/run0001-a_b/data/acq0001.BSDATA.h5",
            "${raw}/run0001-a_b/data/acq0001.CAMERAS.h5"
        ],
        [
            "${raw}/run0001-a_b/data/acq0002.BSDATA.h5"
        ]
    ],
    "scan_parameters": {
        "conversion_factor": [
            1.0
        ],
        "name": [
            "m"
        ],
        "offset": [
            0
        ],
        "scan_name": "s"
    },
    "scan_readbacks": [
        [],
        [
            0
        ]
    ],
    "scan_readbacks_raw": [
        [],
        [
            0
        ]
    ],
    "scan_step_info": [
        [],
        []
    ],
    "scan_values": [
        [
            1.50
        ],
        [
            0
        ]
    ]
}`);
});

it('has the files of the flat layout, to the byte', async () => {
  const raw = rawFolder();
  const book = new RunBooks().of(raw);
  const scanInfo = {
    scan_name: 'delay scan',
    motors_pv_name: ['PV:M'],
    motors_name: ['m'],
    motors_offset: [0],
    motors_coefficient: [1],
    motors_value: [5],
    motors_readback_value: [5.5],
  };
  const plan = await book.acquire(
    retrieval({
      ...asked,
      id: 'ID',
      layout: 'flat',
      channels: ['SAR-A', 'SAR-B'],
      directoryName: 'a/b/',
      scanInfo,
    }),
    noted,
  );
  expect(plan.files).toEqual([
    {
      kind: 'BSREAD',
      path: join(raw, 'a/b/run_000001.BSREAD.h5'),
      logFile: join(raw, 'run_info/000000/run_000001.BSREAD.log'),
    },
    {
      kind: 'CAMERAS',
      path: join(raw, 'a/b/run_000001.CAMERAS.h5'),
      logFile: join(raw, 'run_info/000000/run_000001.CAMERAS.log'),
    },
  ]);
  expect(names(raw)).toEqual([
    'run_info/.lock',
    'run_info/000000/run_000001.json',
    'run_info/LAST_ARUN',
    'run_info/LAST_RUN',
    'scan_info/delay scan.json',
  ]);
  expect(readFileSync(plan.metadataFile, 'utf8')).toBe(`{
  "pgroup": "p12345",
  "start_pulseid": 1000,
  "stop_pulseid": 1200,
  "rate_multiplicator": 2,
  "channels_list": [
    "SAR-A",
    "SAR-B"
  ],
  "camera_list": [
    "CAM:FPICTURE"
  ],
  "pv_list": [
    "PV-1"
  ],
  "detectors": {
    "JF01": {
      "factor": 1.0
    }
  },
  "user_tag": "a b",
  "client_name": "slic",
  "unknown": 9007199254740993,
  "beamline": "alvra",
  "run_number": 1,
  "request_time": "2026-11-30 18:30:00.123000",
  "unique_acquisition_run_number": 1,
  "request_ids": [
    "ID",
    "ID-images"
  ],
  "files": [
    "${raw}/a/b/run_000001.BSREAD.h5",
    "${raw}/a/b/run_000001.CAMERAS.h5"
  ],
  "not_written": {
    "pv_list": [
      "PV-1"
    ],
    "detectors": [
      "JF01"
    ]
  }
}`);
  expect(readFileSync(plan.scanFile!, 'utf8')).toBe(`{
    "scan_files": [
        [
            "${raw}/a/b/run_000001.BSREAD.h5",
            "${raw}/a/b/run_000001.CAMERAS.h5"
        ]
    ],
    "scan_parameters": {
        "Id": [
            "PV:M"
        ],
        "name": [
            "m"
        ],
        "offset": [
            0
        ],
        "conversion_factor": [
            1
        ]
    },
    "scan_readbacks": [
        [
            5.5
        ]
    ],
    "scan_step_info": [
        null
    ],
    "scan_values": [
        [
            5
        ]
    ],
    "scan_readbacks_raw": [
        []
    ],
    "pulseIds": [
        [
            1000,
            1200
        ]
    ]
}`);
});

it('names what a run without a scan has as its parameters', async () => {
  const raw = rawFolder();
  await new RunBooks().of(raw).acquire(retrieval(), noted);
  const text = readFileSync(join(raw, 'run0001/meta/scan.json'), 'utf8');
  expect(text).toContain('"conversion_factor": [\n            1.0\n        ]');
  expect((JSON.parse(text) as JsonObject).scan_parameters).toEqual({
    Id: ['dummy'],
    conversion_factor: [1],
    name: ['dummy'],
    offset: [0],
    scan_name: 'dummy',
    units: ['dummy'],
  });
});

it('has no scan of the flat layout where none is named', async () => {
  const raw = rawFolder();
  await new RunBooks().of(raw).acquire(retrieval({ layout: 'flat' }), noted);
  expect(names(raw).some((name) => name.startsWith('scan_info'))).toBe(false);
});

/** Files below a folder. */
function names(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
