import { median } from '../statistics.js';
import { type Row, megabytes, spread, table } from '../table.js';
import type { BacklogFigures, Drain } from './backlog.js';
import type { LoadFigures } from './load.js';
import type { QueueFigures } from './measure.js';
import type { PastFigures } from './past.js';
import { type ProcessorUse, whatBinds } from './processor-use.js';

/** Medians, in brackets the least and the most. Cores are those that were busy on average. */
export function queueTables({ loads, backlogs, pasts, fsync }: QueueFigures): string[] {
  return [
    `A line on the trail's disk, with fdatasync: ${fsync.toFixed(2)} ms`,
    loadTable(loads),
    useTable([
      ...loads.map(
        ({ carrier, writers, use }) => [`${carrier}, ${count(writers)}`, medianOf(use)] as const,
      ),
      ...backlogs.flatMap(({ carrier, drains }) =>
        drains
          .filter(hasLasted)
          .map(({ writers, use }) => [`${carrier}, draining, ${count(writers)}`, use] as const),
      ),
    ]),
    backlogTable(backlogs),
    pastTable(pasts),
  ];
}

function loadTable(loads: readonly LoadFigures[]): string {
  return table(
    [
      ...['queue', 'writers', 'requests', 'a second', 'to ZMQ', 'first of them ms'],
      ...['one alone ms', 'to ZMQ', 'trail bytes a request'],
    ],
    loads.map((load) => {
      const { carrier, writers, requests, perSecond, first, alone, trailBytes } = load;
      const zmq = loads.find((each) => each.carrier === 'ZMQ' && each.writers === writers)!;
      return [
        ...[carrier, String(writers), String(requests), spread(perSecond, 0)],
        ...[ratio(perSecond, zmq.perSecond), spread(first, 0)],
        ...[spread(alone, 0), ratio(alone, zmq.alone), median(trailBytes).toFixed(0)],
      ];
    }),
  );
}

/** Cores, and what binds. */
function useTable(rows: readonly (readonly [string, ProcessorUse])[]): string {
  return table(
    ['cores', 'broker', 'writers', 'RabbitMQ', 'data', 'benchmark', 'all, and others', 'binds'],
    rows.map(([name, use]) => [
      name,
      ...[use.broker, use.writers, use.rabbitmq, use.data, use.benchmark, use.machine].map(
        (cores) => cores?.toFixed(2) ?? '',
      ),
      whatBinds(use),
    ]),
  );
}

function backlogTable(backlogs: readonly BacklogFigures[]): string {
  return table(
    [
      ...['queue', 'requests', 'queued in s', 'of them in the queue'],
      ...['broker MB: before, full, drained', 'RabbitMQ MB: before, full, drained'],
      ...['1 writer a second', '2 writers a second', 'all: 1 writer s', '2 writers s'],
    ],
    backlogs.map(({ carrier, requests, queued, carried, before, full, drained, drains }) => [
      ...[carrier, String(requests), queued.toFixed(0), String(carried)],
      ...(['broker', 'rabbitmq'] as const).map((who) =>
        [before, full, drained]
          .map((memory) => memory[who])
          .map((bytes) => (bytes === undefined ? '–' : megabytes(bytes)))
          .join(', '),
      ),
      ...drains.map((each) => (hasLasted(each) ? each.perSecond.toFixed(0) : '–')),
      ...drains.map((each) => (hasLasted(each) ? (requests / each.perSecond).toFixed(0) : '–')),
    ]),
  );
}

function pastTable(pasts: readonly PastFigures[]): string {
  return table(
    ['queue', 'trail, lines', 'MB', 'first answer s', 'listed s', 'peak MB', 'then a second'],
    pasts.map(({ carrier, lines, bytes, seconds, listed, peak, load }): Row => [
      ...[carrier, String(lines), megabytes(bytes), spread(seconds, 2), spread(listed, 2)],
      ...[megabytes(Math.max(...peak)), spread(load.perSecond, 0)],
    ]),
  );
}

/** Of a few requests nothing is left when the second writer is there. */
function hasLasted({ perSecond }: Drain): boolean {
  return perSecond > 0;
}

function medianOf(uses: readonly ProcessorUse[]): ProcessorUse {
  const of = (who: keyof ProcessorUse) => median(uses.map((use) => use[who] ?? NaN));
  const rabbitmq = uses[0].rabbitmq === undefined ? undefined : of('rabbitmq');
  return {
    ...{ broker: of('broker'), writers: of('writers'), rabbitmq },
    ...{ data: of('data'), benchmark: of('benchmark'), machine: of('machine') },
  };
}

function ratio(values: readonly number[], others: readonly number[]): string {
  return (median(values) / median(others)).toFixed(2);
}

function count(writers: number): string {
  return writers === 1 ? '1 writer' : `${writers} writers`;
}
