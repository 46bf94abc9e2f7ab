import { expect, it } from 'vitest';
import { parseWriteRequest } from '../request/parse-write-request.js';
import { adjustedRange } from './adjusted-range.js';
import { planOf } from './make-plan.js';
import { retrieval } from './pgroup.fixture.js';
import type { Retrieval } from './retrieval.js';
import { recordOf, requestIdsOfRetrieval, requestsOfAcquisition } from './run-requests.js';

const NUMBERS = { runNumber: 7, acquisitionNumber: 3, uniqueAcquisitionNumber: 42, scanStep: 0 };

function requestsOf(differences: Partial<Retrieval>) {
  const asked = retrieval({ requestTime: '2026-11-30 18:30:00.123000', ...differences });
  const record = recordOf(asked, planOf(asked, '/raw', NUMBERS));
  return requestsOfAcquisition(record, { id: asked.id, timestamp: 5 });
}

it('asks for channels and cameras, each in a file of its own', () => {
  const composed = requestsOf({
    id: 'ID',
    cameras: ['CAM', 'CAM-2:FPICTURE'],
    selectedPulseIds: [1000, 1010],
  });
  const [channels, cameras] = composed.map(({ request }) => parseWriteRequest(request));
  expect(channels).toMatchObject({
    id: 'ID',
    layout: 'root',
    outputFile: '/raw/run0007/data/acq0003.BSDATA.h5',
    logFile: '/raw/run0007/logs/acq0003.BSDATA.log',
    selectedPulses: { pulseIds: [1000, 1010] },
    pulseRange: { startPulseId: 1000, endPulseId: 1099 },
    timestamp: 5,
    general: {
      created: '2026-11-30 18:30:00.123000',
      instrument: 'alvra',
      process: 'sf_databuffer_writer.broker_manager',
      user: '12345',
    },
  });
  expect(channels.channels).toEqual([
    { name: 'SAR-B', backend: 'sf-databuffer' },
    { name: 'SAR-A', backend: 'sf-databuffer' },
  ]);
  expect(cameras).toMatchObject({
    id: 'ID-images',
    layout: 'root',
    outputFile: '/raw/run0007/data/acq0003.CAMERAS.h5',
  });
  expect(cameras.channels.map(({ backend }) => backend)).toEqual([
    'sf-imagebuffer',
    'sf-imagebuffer',
  ]);
  expect(JSON.parse(composed[0].request.parameters)).toMatchObject({
    pgroup: 'p12345',
    run_number: 7,
    acquisition_number: 3,
  });
  expect(composed[1]).toMatchObject({ channelsAsked: 2, outputFile: cameras.outputFile });
});

it('has channels in /data and cameras at the root of flat files', () => {
  const [channels, cameras] = requestsOf({ layout: 'flat', cameras: ['CAM'] }).map(({ request }) =>
    parseWriteRequest(request),
  );
  expect([channels.layout, channels.outputFile]).toEqual(['data', '/raw/run_000007.BSREAD.h5']);
  expect([cameras.layout, cameras.outputFile]).toEqual(['root', '/raw/run_000007.CAMERAS.h5']);
});

it('makes none of what is not asked for', () => {
  const asked = { channels: [], cameras: ['CAM'], pvs: ['PV'] };
  expect(requestsOf(asked).map(({ channelsAsked }) => channelsAsked)).toEqual([1]);
  expect(requestIdsOfRetrieval(retrieval({ ...asked, id: 'ID' }))).toEqual(['ID-images']);
  expect(requestsOf({ channels: [] })).toEqual([]);
});

it('widens the range at lower rates, where an end is a pulse of the rate', () => {
  const range = (startPulseId: number, endPulseId: number) => ({ startPulseId, endPulseId });
  expect(adjustedRange(range(1000, 1100), 1)).toEqual(range(1000, 1100));
  expect(adjustedRange(range(1000, 1100), 4)).toEqual(range(999, 1101));
  expect(adjustedRange(range(1001, 1101), 4)).toEqual(range(1001, 1101));
  expect(adjustedRange(range(0, 2 ** 53), 2)).toEqual(range(0, 2 ** 53));
});
