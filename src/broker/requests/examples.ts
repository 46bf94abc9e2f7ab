import type { RequestRecord } from '../../report/request-record.js';

const MADE = 1795511700.25;

const CANCELLED_REQUEST: RequestRecord = {
  request_id: '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e',
  state: 'recorded',
  time: MADE + 30,
  accepted: MADE,
  sequence: 1,
  attempt: 0,
  output_file: '/sf/data/run_0001.h5',
  start_pulse_id: 1000,
  stop_pulse_id: 1299,
  lane: 'background',
  cancelled: true,
  history: [
    { time: MADE + 0.01, state: 'queued', attempt: 0 },
    { time: MADE + 30, state: 'recorded', attempt: 0 },
  ],
};

/** Reply to a call that cancels a request, for the OpenAPI document. */
export const CANCELLED = { state: 'ok', status: 'stopped', request: CANCELLED_REQUEST };
