import { closeSync, openSync, writeSync } from 'node:fs';
import { formatTrailLine } from '../src/audit/trail-line.js';
import { ACCEPTED } from '../src/broker/delivery/delivery.js';
import { settledLine } from '../src/audit/outcome-line.js';
import { firstRecord, moved } from '../src/broker/ledger/record-changes.js';
import type { RequestHead, RequestRecord } from '../src/report/request-record.js';
import { factsOf } from '../src/broker/ledger/trail-requests.js';
import { HELD_STATES } from '../src/report/held.js';
import { type WriteRequest, writeRequestsOf } from '../src/request/write-request.js';
import type { WriteReport } from '../src/report/write-report.js';
import { FIRST_PULSE_ID } from './workload.js';

/** What stands in a trail when a broker starts on it. */
export const PASTS = ['empty', 'original', 'settled', 'open'] as const;
export type Past = (typeof PASTS)[number];

const CHANNELS = Array.from({ length: 20 }, (_, n) => `SARES11-BENCH-CHANNEL-${n}:VALUE`);
const PULSES = 100;
const SECONDS_APART = 1;
const WRITER = 'bench-1-3f2a';
const STATES = ['sent', ...HELD_STATES] as const;

/** Leaves a trail, and what became of its requests beside it, as the past would have. */
export function writeTrail(
  trail: string,
  past: Past,
  requests: number,
  channels: readonly string[] = CHANNELS,
): void {
  if (past === 'empty') return;
  const begun = Date.now() / 1000 - requests * SECONDS_APART;
  const acquired = Array.from({ length: requests }, (_, n) => acquisition(n, begun, channels));
  writeLines(trail, acquired, (request) => formatTrailLine(inFormOf(past, request)));
  if (past === 'original') return;
  const outcomes = `${trail}.outcomes`;
  const started = JSON.stringify({ started: begun });
  writeLines(outcomes, past === 'settled' ? [undefined, ...acquired] : [undefined], (request) =>
    request ? settledLine(written(request, channels)) : started,
  );
}

function acquisition(n: number, begun: number, names: readonly string[]): WriteRequest {
  const parameters = {
    'general/created': 'today',
    'general/instrument': 'bench',
    'general/process': 'bench',
    'general/user': 'bench',
    output_file: `/data/bench/raw/run_${n}.h5`,
    channels: [...names],
  };
  const startPulseId = FIRST_PULSE_ID + n * PULSES;
  const range = { startPulseId, endPulseId: startPulseId + PULSES - 1 };
  const channels = names.map((name) => ({ name, backend: 'sf-databuffer' }));
  return writeRequestsOf(parameters, channels, range, begun + n * SECONDS_APART, true)[0].request;
}

function inFormOf(past: Past, request: WriteRequest): WriteRequest {
  return past === 'original' ? { ...request, request_id: undefined } : request;
}

/** By the changes that a broker makes of it, so that its keys come in their order. */
function written(request: WriteRequest, channels: readonly string[]): RequestRecord {
  const accepted = firstRecord(factsOf(request), request, ACCEPTED, request.timestamp);
  const held = STATES.reduce(
    (record, state) =>
      moved(record, { state, attempt: 1 }, state === 'sent' ? {} : { writer: WRITER }),
    accepted,
  );
  return moved(
    held,
    { state: 'written', attempt: 1 },
    { writer: WRITER, report: reportOf(accepted, channels) },
  );
}

function reportOf(
  { request_id, output_file, start_pulse_id, stop_pulse_id }: RequestHead,
  channels: readonly string[],
): WriteReport {
  return {
    request_id,
    state: 'written',
    output_file,
    attempts: 1,
    channels: channels.map((name) => ({
      name,
      rows: PULSES,
      first_pulse_id: start_pulse_id,
      last_pulse_id: stop_pulse_id,
      problems: [],
      missing_pulses: 0,
    })),
    not_requested: [],
    bytes: 229_000,
    rows: channels.length * PULSES,
    seconds: 0.05,
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
