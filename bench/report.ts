import { api4Targets } from './api4/targets.js';
import type { BrokerFigures } from './broker-client.js';
import type { JobFigures } from './jobs.js';
import type { MixedFigures } from './mixed.js';
import type { QueueFigures } from './queue/measure.js';
import type { RestartFigures } from './restart.js';
import { RUNS_BEFORE } from './runs.js';
import type { RunFigures } from './runs-client.js';
import type { SmallRequestFigures } from './small-requests.js';
import { median, percentile } from './statistics.js';
import { type Row, megabytes, spread, table } from './table.js';

/** Everything that was measured. */
export interface Figures {
  readonly jobs: JobFigures[];
  readonly growth: JobFigures[];
  readonly mixed: MixedFigures[];
  readonly restarts: RestartFigures[];
  /** The writer's setting; undefined where it knows none. */
  readonly channelsAtOnce?: number;
  small?: SmallRequestFigures;
  broker?: BrokerFigures;
  queue?: QueueFigures;
  runs?: RunFigures;
}

/** Peak resident memory that a writer process may have, MB. */
const MEMORY_LIMIT = 250;
/** How much longer quick requests may take while a writer is busy with a long job. */
const TIMES_SLOWER = 1.5;
const TIMES_FASTER: Record<string, number> = { S: 6, W: 8, I: 8, M: 8, C4S: 10, C4W: 10 };

/**
 * The jobs, one row each: medians, in brackets the least and the most. `again` is the same job a second
 * time in the same process, when everything is compiled.
 */
export function jobTable({ jobs, growth }: Figures): string {
  return table(
    [
      ...[
        '',
        'what',
        'reply MB',
        'file MB',
        'writer s',
        'again s',
        'reply MB/s',
        'baseline s',
        'times faster',
      ],
      ...[
        'writer peak MB',
        'baseline peak MB',
        'raw write + fsync s',
        'memcpy s',
        'loop delay p99 ms',
      ],
    ],
    [...jobs, ...growth].map((job) => {
      const { name, description, writer, again, baseline, replyBytes, fileBytes } = job;
      const seconds = median(writer.seconds);
      return [
        ...[name, description, megabytes(replyBytes), megabytes(fileBytes)],
        ...[spread(writer.seconds, 2), again.length > 0 ? spread(again, 2) : ''],
        megabytes(replyBytes / seconds),
        ...[
          baseline ? spread(baseline.seconds, 2) : '',
          baseline ? timesFaster(job).toFixed(1) : '',
        ],
        megabytes(Math.max(...writer.peak)),
        baseline ? megabytes(Math.max(...baseline.peak)) : '',
        ...[spread(job.rawWrite, 2), spread(job.memoryCopy, 3)],
        median(job.loopDelay.map(({ p99 }) => p99)).toFixed(1),
      ];
    }),
  );
}

/** Quick requests beside a long job: medians, in brackets the least and the most. */
export function mixedTable({ mixed: all }: Figures): string {
  return table(
    ['writers', 'quick requests', 'idle s', 'beside a long job s', 'ratio'],
    all.map((figures) => [
      ...[String(figures.writers), String(figures.quick)],
      ...[spread(figures.idle, 2), spread(figures.mixed, 2), timesSlower(figures).toFixed(2)],
    ]),
  );
}

/** Starts of a broker: medians, in brackets the least and the most. */
export function restartTable({ restarts }: Figures): string {
  return table(
    ['trail', 'lines', 'MB', 'first answer s', 'listed s', 'peak MB'],
    restarts.map(({ past, requests, bytes, seconds, listed, peak }) => [
      ...[past, past === 'empty' ? '0' : String(requests), megabytes(bytes)],
      ...[spread(seconds, 2), spread(listed, 2), megabytes(Math.max(...peak))],
    ]),
  );
}

/** The targets, with what was measured and whether that is enough. */
export function targetTable(figures: Figures): string {
  const { jobs, growth, mixed, restarts, small, broker, runs } = figures;
  const rows: Row[] = [];
  const add = (what: string, target: string, measured: string, met: boolean) =>
    rows.push([what, target, measured, met ? 'yes' : '**no**']);
  for (const job of jobs.filter(({ name }) => name in TIMES_FASTER)) {
    const target = TIMES_FASTER[job.name];
    const times = timesFaster(job);
    add(
      `${job.name} against the baseline`,
      `${target} ×`,
      `${times.toFixed(1)} ×`,
      times >= target,
    );
  }
  for (const { rawWrite, writer } of jobs.filter(({ name }) => name === 'B')) {
    const part = median(rawWrite) / median(writer.seconds);
    add('B against a raw write', '0.75', part.toFixed(2), part >= 0.75);
  }
  rows.push(...api4Targets(jobs, figures.channelsAtOnce ?? 1));
  const peaks = [...jobs, ...growth].map(({ name, writer }) => [name, writer.peak] as const);
  if (small) peaks.push(['SMALL', small.peak]);
  for (const [name, peak] of peaks) {
    const most = Math.max(...peak) / 1e6;
    add(`${name} peak memory`, `${MEMORY_LIMIT} MB`, `${most.toFixed(0)} MB`, most <= MEMORY_LIMIT);
  }
  if (small) {
    const rate = median(small.perSecond);
    const what = `${small.requests} small requests`;
    add(what, '100 a second', `${spread(small.perSecond, 0)} a second`, rate >= 100);
  }
  for (const figures of mixed.filter(({ writers }) => writers > 1)) {
    const times = timesSlower(figures);
    const what = `${figures.quick} quick requests beside a long job, ${figures.writers} writers`;
    add(what, `${TIMES_SLOWER} × idle`, `${times.toFixed(2)} ×`, times <= TIMES_SLOWER);
  }
  for (const { loopDelay } of jobs.filter(({ name }) => name === 'L')) {
    const p99 = Math.max(...loopDelay.map((delay) => delay.p99));
    add('event loop delay during L, p99', '50 ms', `${p99.toFixed(1)} ms`, p99 < 50);
  }
  if (growth.length > 0) {
    const perByte = growth.map(({ writer, replyBytes }) => median(writer.seconds) / replyBytes);
    const off = Math.max(...perByte.map((each) => Math.abs(each / perByte[0] - 1)));
    const measured = perByte.map((each) => (each / perByte[0]).toFixed(2)).join(', ');
    add('time per byte, relative to 1 ×', 'within 15 %', measured, off <= 0.15);
  }
  if (broker) {
    const fsync = median(broker.fsyncs);
    const [limit, cycle] = [3 * fsync + 1, median(broker.cycles)];
    add(
      'broker cycle, median',
      `3 × fsync (${fsync.toFixed(2)} ms) + 1 ms = ${limit.toFixed(2)} ms`,
      `${cycle.toFixed(2)} ms (p99 ${percentile(broker.cycles, 99).toFixed(2)} ms)`,
      cycle <= limit,
    );
  }
  for (const { past, seconds } of restarts) {
    const middle = median(seconds);
    add(`restart, ${past}`, '2 s', `${middle.toFixed(2)} s`, middle < 2);
  }
  for (const [pgroup, retrievals] of Object.entries(runs?.retrievals ?? {})) {
    const fsync = median(runs!.fsyncs);
    const [limit, answer] = [20 + 5 * fsync, median(retrievals)];
    add(
      `retrieval, pgroup with ${pgroup === 'empty' ? 'few' : RUNS_BEFORE} runs, median`,
      `20 ms + 5 × fsync (${fsync.toFixed(2)} ms) = ${limit.toFixed(2)} ms`,
      `${answer.toFixed(2)} ms (p99 ${percentile(retrievals, 99).toFixed(2)} ms)`,
      answer <= limit,
    );
  }
  return rows.length > 0 ? table(['', 'target', 'measured', 'met'], rows) : '';
}

function timesFaster({ writer, baseline }: JobFigures): number {
  return median(baseline!.seconds) / median(writer.seconds);
}

function timesSlower({ idle, mixed }: MixedFigures): number {
  return median(mixed) / median(idle);
}
