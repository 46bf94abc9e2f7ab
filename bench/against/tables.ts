import { type Row, megabytes, spread, table } from '../table.js';
import type { Calibration } from './calibration.js';
import { Group } from './groups.js';
import type { PairFigures } from './pair.js';
import { type Builds, SIDES, type Side } from './sides.js';

/** Of what the other build takes from stop to file. */
const TARGETS: Readonly<Record<string, number>> = {
  S: 0.65,
  W: 0.7,
  M: 0.72,
  I: 0.95,
  B: 0.95,
  SMALL: 1,
};
const PROCESSOR_TARGET = 1.15;
/** Peak resident memory that a writer may have, MB. */
const MEMORY_LIMIT = 250;

/** The figures of both builds, and whether targets are met, as Markdown tables. */
export function pairTables(
  all: readonly PairFigures[],
  builds: Builds,
  calibration: Calibration,
): string[] {
  const groups = all.flatMap((figures) => Group.of(figures, calibration));
  return [timeTable(groups, builds), useTable(groups, builds), targetTable(groups)];
}

/** Medians, in brackets the least and the most. */
function timeTable(groups: readonly Group[], { measured, against }: Builds): string {
  return table(
    [
      ...['', 'count', measured.name, against.name, 'ratio of medians', 'likely'],
      ...['ratio of the least', 'ratio within pairs (quartiles)'],
    ],
    groups.map((group) => {
      const { ofMedians, likely, ofLeast } = group.time;
      const { middle, quartiles } = group.timeWithinPairs;
      return [
        ...[group.label, howMany(group), ...SIDES.map((side) => times(group, side))],
        ...[ofMedians.toFixed(2), range(likely), ofLeast.toFixed(2)],
        `${middle.toFixed(2)} (${range(quartiles)})`,
      ];
    }),
  );
}

/** Of memory the most, of processor time the mean of what counts. */
function useTable(groups: readonly Group[], { measured, against }: Builds): string {
  return table(
    [
      ...['', `peak MB, ${measured.name}`, `peak MB, ${against.name}`],
      ...[`processor s, ${measured.name}`, `processor s, ${against.name}`, 'ratio'],
    ],
    groups.map((group) => [
      group.label,
      // It is that of a process, whatever it was busy with.
      ...SIDES.map((side) =>
        group.kind === 'fresh' ? megabytes(peakOf(group.figures, side)) : '',
      ),
      ...SIDES.map((side) => group.processor(side).toFixed(2)),
      group.processorRatio.toFixed(2),
    ]),
  );
}

/** Warm processes count where there are some: services run all the time. */
function targetTable(groups: readonly Group[]): string {
  const rows: Row[] = [];
  const add = (what: string, target: string, measured: string, met: boolean) =>
    rows.push([what, target, measured, met ? 'yes' : '**no**']);
  for (const figures of new Set(groups.map((group) => group.figures))) {
    const group = groups.findLast((each) => each.figures === figures)!;
    const target = TARGETS[figures.name];
    if (target !== undefined) {
      const { ofMedians, likely } = group.time;
      const measured = `${ofMedians.toFixed(2)} (${range(likely)})`;
      add(`${group.label}, time`, target.toFixed(2), measured, ofMedians <= target);
    }
    const use = group.processorRatio;
    const useMet = use <= PROCESSOR_TARGET;
    add(`${group.label}, processor time`, PROCESSOR_TARGET.toFixed(2), use.toFixed(2), useMet);
    const peak = peakOf(figures, 'measured') / 1e6;
    const peakMet = peak <= MEMORY_LIMIT;
    add(`${figures.name}, peak memory`, `${MEMORY_LIMIT} MB`, `${peak.toFixed(0)} MB`, peakMet);
  }
  return table(['', 'target', 'measured', 'met'], rows);
}

function howMany({ counted, size, isAllCounted }: Group): string {
  if (isAllCounted) return `${size} + ${size}, disturbed ones too`;
  return `${counted.measured.length} + ${counted.against.length} of ${size} each`;
}

function times({ figures, counted }: Group, side: Side): string {
  const { requests } = figures;
  const seconds = counted[side].map((each) => each.seconds);
  if (requests === 1) {
    const milliseconds = seconds.map((each) => 1000 * each);
    return `${spread(milliseconds, 0)} ms`;
  }
  const rates = seconds.map((each) => requests / each);
  return `${spread(rates, 0)} requests a second`;
}

function range([from, to]: readonly [number, number]): string {
  return `${from.toFixed(2)}–${to.toFixed(2)}`;
}

function peakOf({ peak }: PairFigures, side: Side): number {
  return Math.max(...peak[side]);
}
