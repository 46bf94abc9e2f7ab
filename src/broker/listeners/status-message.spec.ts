import { expect, it } from 'vitest';
import { channelsOf } from '../../request/channel-list.js';
import { type WriteRequest, writeRequestsOf } from '../../request/write-request.js';
import { facilityRequest } from './facility-request.js';
import { statusMessage } from './status-message.js';

const PARAMETERS = {
  'general/created': '2026-11-24 10:15:00',
  'general/user': 'p12345',
  'general/process': 'DIA',
  'general/instrument': 'SARES20',
  output_file: '/sf/run.h5',
};
const RANGE = { startPulseId: 1000, endPulseId: 1299 };
const NAMES = ['A', 'CAMERA:FPICTURE', 'B'];

const [channels, cameras] = writeRequestsOf(
  PARAMETERS,
  channelsOf(NAMES),
  RANGE,
  1795511700.25,
  true,
).map(({ request }) => request);

it('says of a request what the facility’s own broker says', () => {
  expect(facilityRequest(channels)).toEqual({
    writer_type: 'data3buffer',
    channels: ['A', 'B'],
    start_pulse_id: 1000,
    stop_pulse_id: 1299,
    output_file: '/sf/run.h5',
    run_log_file: null,
    metadata: {
      'general/created': '2026-11-24 10:15:00',
      'general/instrument': 'SARES20',
      'general/process': 'DIA',
      'general/user': 'p12345',
    },
    timestamp: 1795511700.25,
  });
  expect(facilityRequest(cameras)).toMatchObject({
    writer_type: 'imagebuffer',
    channels: ['CAMERA:FPICTURE'],
    output_file: '/sf/run.IMAGES.h5',
  });
});

it('tells the log of a run, and its cameras by where they are asked for', () => {
  const query = { channels: [{ name: 'EYE', backend: 'sf-imagebuffer' }], range: RANGE };
  const log_file = '/sf/logs/acq0001.CAMERAS.log';
  const ofRun = { ...cameras, data_api_request: JSON.stringify(query), log_file };
  expect(facilityRequest(ofRun)).toMatchObject({
    writer_type: 'imagebuffer',
    channels: ['EYE'],
    run_log_file: log_file,
  });
});

it('says null of what a request does not say', () => {
  const byTime: WriteRequest = {
    data_api_request:
      '{"channels":["A"],"range":{"startDate":"2026-01-01","endDate":"2026-01-02"}}',
    parameters: '{"output_file":"a.h5"}',
    timestamp: 1,
  };
  expect(facilityRequest(byTime)).toMatchObject({
    channels: ['A'],
    start_pulse_id: null,
    stop_pulse_id: null,
    metadata: null,
  });
  const broken = { ...byTime, data_api_request: 'no JSON' };
  expect(facilityRequest(broken)).toMatchObject({ channels: [], output_file: 'a.h5' });
});

it('has the headers of broker and writers, with all of their keys', () => {
  const request = facilityRequest(channels);
  const announced = statusMessage('id', request, { action: 'write_request', life: '0' });
  expect(announced).toMatchObject({ routingKey: 'bs.*', timestamp: 1795511700250000000 });
  expect(announced.headers).toEqual({
    action: 'write_request',
    source: 'BrokerClient',
    routing_key: 'bs.*',
  });
  const started = statusMessage('id', request, { action: 'write_start', life: '0' });
  expect(started).toMatchObject({
    routingKey: '',
    timestamp: announced.timestamp,
    correlationId: announced.correlationId,
    body: announced.body,
  });
  expect(started.headers).toEqual({
    action: 'write_start',
    source: 'sf_daq_writer',
    routing_key: '*',
    file: '/sf/run.h5',
    message: null,
  });
  const message = 'one\nanother';
  const rejected = statusMessage('id', request, { action: 'write_rejected', life: '0', message });
  expect(rejected.headers).toMatchObject({ action: 'write_rejected', message });
});
