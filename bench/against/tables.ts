import { type Row, megabytes, spread, table } from '../table.js';
import type { Calibration } from './calibration.js';
import type { Measurement, Pair, PairFigures } from './pair.js';
import { type Ratio, ratioOf } from './ratio.js';
import { SIDES, type Builds, type Side } from './sides.js';

/** Fewer pairs than these tell nothing: then slow ones count as well. */
const FEWEST = 3;
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

/** A part's figures of either fresh or warm processes. */
interface Group {
  readonly figures: PairFigures;
  readonly kind: 'fresh' | 'warm';
  readonly all: readonly Pair[];
  /** Those that count. */
  readonly pairs: readonly Pair[];
  readonly isSlowCounted: boolean;
}

/** What was measured of both builds, and whether that is enough, in Markdown. */
export function pairTables(
  all: readonly PairFigures[],
  builds: Builds,
  calibration: Calibration,
): string[] {
  const groups = all.flatMap((figures) => groupsOf(figures, calibration));
  return [timeTable(groups, builds), useTable(groups, builds), targetTable(groups)];
}

function groupsOf(figures: PairFigures, calibration: Calibration): Group[] {
  return (['fresh', 'warm'] as const).flatMap((kind) => {
    const all = figures.pairs.filter(({ isFresh }) => isFresh === (kind === 'fresh'));
    if (all.length === 0) return [];
    const isQuiet = (pair: Pair) => !SIDES.some((side) => calibration.isSlow(pair[side].cores));
    const quiet = all.filter(isQuiet);
    const isSlowCounted = quiet.length < Math.min(FEWEST, all.length);
    return [{ figures, kind, all, pairs: isSlowCounted ? all : quiet, isSlowCounted }];
  });
}

/** Medians, in brackets the least and the most. */
function timeTable(groups: readonly Group[], { measured, against }: Builds): string {
  return table(
    [
      ...['', 'pairs that count', measured.name, against.name, 'ratio of medians'],
      ...['likely', 'ratio of the least', 'ratio in pairs (quartiles)'],
    ],
    groups.map((group) => {
      const { ofMedians, likely, ofLeast, within } = secondsRatio(group);
      const { pairs, all, isSlowCounted } = group;
      return [
        label(group),
        `${pairs.length} of ${all.length}${isSlowCounted ? ', slow ones too' : ''}`,
        ...SIDES.map((side) => times(group, side)),
        ...[ofMedians.toFixed(2), range(likely), ofLeast.toFixed(2)],
        `${within.middle.toFixed(2)} (${range(within.quartiles)})`,
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
      label(group),
      // It is that of a process, whatever it was busy with.
      ...SIDES.map((side) =>
        group.kind === 'fresh' ? megabytes(peakOf(group.figures, side)) : '',
      ),
      ...SIDES.map((side) => meanProcessor(group, side).toFixed(2)),
      processorRatio(group).toFixed(2),
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
    const { ofMedians, likely } = secondsRatio(group);
    if (target !== undefined) {
      const measured = `${ofMedians.toFixed(2)} (${range(likely)})`;
      add(`${label(group)}, time`, target.toFixed(2), measured, ofMedians <= target);
    }
    const use = processorRatio(group);
    add(
      `${label(group)}, processor time`,
      PROCESSOR_TARGET.toFixed(2),
      use.toFixed(2),
      use <= PROCESSOR_TARGET,
    );
    const peak = peakOf(figures, 'measured') / 1e6;
    add(
      `${figures.name}, peak memory`,
      `${MEMORY_LIMIT} MB`,
      `${peak.toFixed(0)} MB`,
      peak <= MEMORY_LIMIT,
    );
  }
  return table(['', 'target', 'measured', 'met'], rows);
}

function label({ figures, kind }: Group): string {
  return `${figures.name} ${kind}`;
}

function times({ figures, pairs }: Group, side: Side): string {
  const { requests } = figures;
  const seconds = pairs.map((pair) => pair[side].seconds);
  if (requests === 1)
    return `${spread(
      seconds.map((each) => 1000 * each),
      0,
    )} ms`;
  return `${spread(
    seconds.map((each) => requests / each),
    0,
  )} requests a second`;
}

function range([from, to]: readonly [number, number]): string {
  return `${from.toFixed(2)}–${to.toFixed(2)}`;
}

function secondsRatio({ pairs }: Group): Ratio {
  return ratioOf(pairs.map(({ measured, against }) => bySeconds(measured, against)));
}

function bySeconds(measured: Measurement, against: Measurement) {
  return { measured: measured.seconds, against: against.seconds };
}

function processorRatio(group: Group): number {
  return meanProcessor(group, 'measured') / meanProcessor(group, 'against');
}

/** The clock's ticks are 10 ms: the mean over all jobs has less of them than a median. */
function meanProcessor({ pairs }: Group, side: Side): number {
  return pairs.reduce((sum, pair) => sum + pair[side].processor, 0) / pairs.length;
}

function peakOf({ peak }: PairFigures, side: Side): number {
  return Math.max(...peak[side]);
}
