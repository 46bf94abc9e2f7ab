import type { FileFinding, Outcome } from './check-files.js';
import type { Disks } from './disks.js';
import { groupBy } from '../../src/cli/audit/group-by.js';
import type { Wait } from './check-night.js';
import { REPLY_FAULTS } from './reply-faults.js';
import { Tally } from './tally.js';

/** The actions of a run, and their results. */
export interface RunResult {
  /** Whatever does not hold of what is promised, one sentence each. */
  readonly violations: readonly string[];
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly FileFinding[];
  readonly faults: Tally;
  /** Of the processes that were spared. */
  readonly usage: readonly string[];
  readonly disks: Disks;
  /** Of a night: how long live requests waited for nothing. */
  readonly waits?: readonly Wait[];
}

/** Faults, and what became of the requests, as tables. */
export function resultTables({
  outcomes,
  findings,
  faults,
  usage,
  disks,
  waits = [],
}: RunResult): string {
  const states = Tally.of(outcomes.map(({ told }) => told.state));
  const again = outcomes.filter(({ told }) => told.attempt > 1).length;
  const values = findings.reduce((sum, finding) => sum + finding.values, 0);
  return [
    table(
      ['what was done', 'times'],
      inOrder(faults.entries).map(([what, times]) => [what, String(times)]),
    ),
    table(
      ['what the request met', 'requests', 'written', 'failed', 'superseded', 'unconfirmed'],
      inOrder(groupBy(outcomes, whatWasMet)).map(([what, those]) => {
        const ends = Tally.of(those.map(({ told }) => told.state));
        return [what, those.length, ...ENDS.map((state) => ends.of(state))].map(String);
      }),
    ),
    [
      `Accepted: ${outcomes.length} = ${states.entries.map(([state, count]) => `${count} ${state}`).join(' + ')}.`,
      `Sent more than once: ${again}.`,
      `Files: ${findings.filter(({ of }) => of).length}, ${values} values compared.`,
      `Disks: ${disks.areMounted ? 'mounted, full' : 'limited by the size of files'}.`,
      ...waitTexts(waits),
      ...usage.map((text) => `Spared, ${text}.`),
    ].join('\n'),
  ].join('\n\n');
}

const ENDS = ['written', 'failed', 'superseded', 'unconfirmed'];

function waitTexts(waits: readonly Wait[]): string[] {
  if (waits.length === 0) return [];
  const seconds = waits.map((wait) => wait.seconds).sort((a, b) => a - b);
  const [middle, most] = [0.5, 1].map((part) => seconds[Math.ceil(part * seconds.length) - 1]);
  return [
    `Longest time without a live file though one could go: ${middle.toFixed(1)} s (median of ` +
      `${seconds.length} live requests), ${most.toFixed(1)} s at most.`,
  ];
}

function whatWasMet({ plan: { disk, fault, kills, lasts, onFillingDisk } }: Outcome): string {
  if (kills !== undefined)
    return `its writer is killed, ${kills === Infinity ? 'each time' : `${kills} times`}`;
  if (lasts !== undefined) return `values that come for ${lasts} s`;
  if (onFillingDisk && !fault) return 'a disk that is full for a while';
  if (disk) return `a ${disk}`;
  return fault ? REPLY_FAULTS[fault].name : 'a reply as it should be';
}

function inOrder<T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => a.localeCompare(b));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
