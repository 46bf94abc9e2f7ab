import { describe, expect, it } from 'vitest';
import type { AcquisitionParameters } from './acquisition-parameters.js';
import { channelsOf } from './channel-list.js';
import { cameraFileOf, writeRequestsOf } from './write-request.js';

const parameters: AcquisitionParameters = {
  'general/created': 'now',
  'general/user': 'p12345',
  'general/process': 'DIA',
  'general/instrument': 'SARES20',
  output_file: '/sf/run.h5',
  extra: { kept: true },
};
const range = { startPulseId: 100, endPulseId: 200 };

function requestsFor(names: string[], further: Partial<AcquisitionParameters> = {}) {
  const own = { ...parameters, ...further };
  return writeRequestsOf(own, channelsOf(names), range, 1529914272.1, true).map(
    ({ request }) => request,
  );
}

describe('writeRequestsOf', () => {
  it('asks the data API as the original does', () => {
    const [request] = requestsFor(['A']);
    expect(JSON.parse(request.data_api_request)).toEqual({
      channels: [{ name: 'A', backend: 'sf-databuffer' }],
      range: { startPulseId: 100, endPulseId: 200 },
      response: { format: 'json', compression: 'none' },
      eventFields: ['channel', 'pulseId', 'value', 'shape', 'globalDate'],
      configFields: ['type', 'shape'],
    });
    expect(JSON.parse(request.parameters)).toEqual(parameters);
    expect(request.timestamp).toBe(1529914272.1);
  });

  it('gives cameras a request and a file of their own', () => {
    const requests = requestsFor(['A', 'CAM:FPICTURE', 'B']);
    expect(requests.map(({ data_api_request }) => JSON.parse(data_api_request).channels)).toEqual([
      [
        { name: 'A', backend: 'sf-databuffer' },
        { name: 'B', backend: 'sf-databuffer' },
      ],
      [{ name: 'CAM:FPICTURE', backend: 'sf-imagebuffer' }],
    ]);
    expect(requests.map((request) => JSON.parse(request.parameters).output_file)).toEqual([
      '/sf/run.h5',
      '/sf/run.IMAGES.h5',
    ]);
    expect(new Set(requests.map(({ request_id }) => request_id)).size).toBe(2);
  });

  it('makes no request for a part without channels', () => {
    expect(requestsFor(['A'])).toHaveLength(1);
    expect(requestsFor(['CAM:FPICTURE'])).toHaveLength(1);
  });

  it('leaves in each request only the channels that its file gets', () => {
    const channels = ['A', 'CAM:FPICTURE'];
    const requests = requestsFor(channels, { channels });
    expect(requests.map((request) => JSON.parse(request.parameters).channels)).toEqual([
      ['A'],
      ['CAM:FPICTURE'],
    ]);
  });

  it.each([
    ['run.h5', 'run.IMAGES.h5'],
    ['run', 'run.IMAGES.h5'],
    ['run.hdf5', 'run.hdf5.IMAGES.h5'],
    ['/dev/null', '/dev/null'],
  ])('names the camera file of %s %s', (outputFile, expected) => {
    expect(cameraFileOf(outputFile)).toBe(expected);
  });
});
