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
const AT_ONCE = 1000;
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
  const lines = openSync(trail, 'w');
  const outcomes = past === 'original' ? undefined : openSync(`${trail}.outcomes`, 'w');
  if (outcomes !== undefined) writeLines(outcomes, [JSON.stringify({ started: begun })]);
  // A million of them at once would be more than fits into memory.
  for (let at = 0; at < requests; at += AT_ONCE) {
    const count = Math.min(AT_ONCE, requests - at);
    const acquired = Array.from({ length: count }, (_, n) => acquisition(at + n, begun, channels));
    writeLines(
      lines,
      acquired.map((request) => formatTrailLine(inFormOf(past, request))),
    );
    if (outcomes === undefined || past !== 'settled') continue;
    writeLines(
      outcomes,
      acquired.map((request) => settledLine(written(request, channels))),
    );
  }
  closeSync(lines);
  if (outcomes !== undefined) closeSync(outcomes);
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

function writeLines(file: number, lines: readonly string[]): void {
  writeSync(file, lines.map((line) => `${line}\n`).join(''));
}
