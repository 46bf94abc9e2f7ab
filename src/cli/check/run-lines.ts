import { relative, resolve } from 'node:path';
import { type Column, textTable } from '../text-table.js';
import type { RunCheck, RunFileCheck } from './check-run.js';

const COLUMNS: readonly Column[] = [
  { head: 'acq', right: true },
  { head: 'file' },
  { head: 'state' },
  ...['channels', 'missing', 'rows', 'first pulse', 'last pulse'].map((head) => ({
    head,
    right: true,
  })),
];

/** The check of a run for people: a line for each file, then everything that is missing or wrong. */
export function runLines(check: RunCheck): string[] {
  const { run, run_number, acquisitions, findings, layout } = check;
  // In the flat layout: the pgroup's raw folder, of run_info/<thousand>/<run>.json.
  const from = layout === 'run' ? run : resolve(run, '../../..');
  const rows = acquisitions.flatMap(({ acquisition_number: number, files }) =>
    files.map((file) => [String(number), relative(from, file.file), ...cellsOf(file)]),
  );
  const count = `${acquisitions.length} acquisition${acquisitions.length === 1 ? '' : 's'}`;
  return [
    `${run}, run ${run_number}, ${count}`,
    '',
    ...textTable(COLUMNS, rows),
    '',
    ...findings,
    findings.length === 0 ? 'complete' : 'NOT COMPLETE',
  ];
}

function cellsOf({ state, complete, channels, missing_channels }: RunFileCheck): string[] {
  if (!channels || !missing_channels) return [state.replace('_', ' '), '-', '-', '-', '-', '-'];
  const first = channels.map(({ first_pulse_id: id }) => id).filter((id) => id !== undefined);
  const last = channels.map(({ last_pulse_id: id }) => id).filter((id) => id !== undefined);
  return [
    complete ? 'complete' : 'not complete',
    String(channels.length),
    String(missing_channels.length),
    String(channels.reduce((sum, { rows }) => sum + rows, 0)),
    ends(first, (a, b) => Math.min(a, b)),
    ends(last, (a, b) => Math.max(a, b)),
  ];
}

function ends(pulseIds: readonly number[], which: (a: number, b: number) => number): string {
  // Not spread: there may be 50,000 channels.
  return pulseIds.length === 0 ? '-' : String(pulseIds.reduce(which));
}
