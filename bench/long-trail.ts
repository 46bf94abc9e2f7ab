import { closeSync, openSync, writeSync } from 'node:fs';
import { formatTrailLine } from '../src/audit/trail-line.js';
import { settledLine } from '../src/broker/ledger/outcome-line.js';
import type { RequestRecord } from '../src/broker/ledger/request-record.js';
import { type WriteRequest, writeRequestsOf } from '../src/request/write-request.js';
import { FIRST_PULSE_ID } from './workload.js';

/** What stands in a trail when a broker starts on it. */
export const PASTS = ['empty', 'original', 'settled', 'open'] as const;
export type Past = (typeof PASTS)[number];

const CHANNELS = Array.from({ length: 20 }, (_, n) => `SARES11-BENCH-CHANNEL-${n}:VALUE`);
const PULSES = 100;
const SECONDS_APART = 1;

/** Leaves a trail, and what became of its requests beside it, as the past would have. */
export function writeTrail(trail: string, past: Past, requests: number): void {
  if (past === 'empty') return;
  const begun = Date.now() / 1000 - requests * SECONDS_APART;
  const acquired = Array.from({ length: requests }, (_, n) => acquisition(n, begun));
  writeLines(trail, acquired, (request) => formatTrailLine(inFormOf(past, request)));
  if (past === 'original') return;
  const outcomes = `${trail}.outcomes`;
  const started = JSON.stringify({ started: begun });
  writeLines(outcomes, past === 'settled' ? [undefined, ...acquired] : [undefined], (request) =>
    request ? settledLine(written(request)) : started,
  );
}

function acquisition(n: number, begun: number): WriteRequest {
  const parameters = {
    'general/created': 'today',
    'general/instrument': 'bench',
    'general/process': 'bench',
    'general/user': 'bench',
    output_file: `/data/bench/raw/run_${n}.h5`,
    channels: CHANNELS,
  };
  const startPulseId = FIRST_PULSE_ID + n * PULSES;
  const range = { startPulseId, endPulseId: startPulseId + PULSES - 1 };
  const channels = CHANNELS.map((name) => ({ name, backend: 'sf-databuffer' }));
  return writeRequestsOf(parameters, channels, range, begun + n * SECONDS_APART, true)[0];
}

function inFormOf(past: Past, request: WriteRequest): WriteRequest {
  return past === 'original' ? { ...request, request_id: undefined } : request;
}

function written(request: WriteRequest): RequestRecord {
  const { output_file } = JSON.parse(request.parameters) as { output_file: string };
  const { range } = JSON.parse(request.data_api_request) as {
    range: { startPulseId: number; endPulseId: number };
  };
  const accepted = request.timestamp;
  const writer = 'bench-1-3f2a';
  const ended = { time: accepted + 2.5, state: 'written', attempt: 1, writer_id: writer } as const;
  const size = { bytes: 229_000, rows: CHANNELS.length * PULSES };
  return {
    ...ended,
    ...size,
    request_id: request.request_id!,
    accepted,
    output_file,
    start_pulse_id: range.startPulseId,
    stop_pulse_id: range.endPulseId,
    history: [
      { time: accepted, state: 'queued', attempt: 0 },
      { time: accepted + 0.01, state: 'sent', attempt: 1 },
      { time: accepted + 0.02, state: 'received', attempt: 1, writer_id: writer },
      { time: accepted + 1, state: 'retrieving', attempt: 1, writer_id: writer },
      { time: accepted + 2, state: 'writing', attempt: 1, writer_id: writer },
      ended,
    ],
    report: {
      ...size,
      request_id: request.request_id,
      state: 'written',
      output_file,
      attempts: 1,
      channels: CHANNELS.map((name) => ({
        name,
        rows: PULSES,
        first_pulse_id: range.startPulseId,
        last_pulse_id: range.endPulseId,
        missing_pulses: 0,
        problems: [],
      })),
      not_requested: [],
      seconds: 0.05,
    },
  };
}

function writeLines<T>(path: string, items: readonly T[], lineOf: (item: T) => string): void {
  const file = openSync(path, 'w');
  for (let at = 0; at < items.length; at += 1000) {
    const lines = items.slice(at, at + 1000).map((item) => `${lineOf(item)}\n`);
    writeSync(file, lines.join(''));
  }
  closeSync(file);
}
