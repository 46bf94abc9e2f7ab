import type { JobFigures } from '../jobs.js';
import { median } from '../statistics.js';
import type { Row } from '../table.js';
import { WORKLOADS } from '../workload.js';

/** How much longer than the least that is possible a job may take. */
const TIMES_LIMIT = 1.5;
/** What many channels at a distance may take, s. */
const LATENCY_LIMIT = 0.5;

/** What is asked of data API 4 beside being faster than the baseline: rows of the table of targets. */
export function api4Targets(jobs: readonly JobFigures[], channelsAtOnce: number): Row[] {
  return jobs.flatMap((job) => {
    if (job.name === 'C4S' || job.name === 'C4W') return limitRows(job);
    return job.name === 'LAT' ? latencyRows(job, channelsAtOnce) : [];
  });
}

function limitRows({ name, writer, again, memoryCopy, rawWrite }: JobFigures): Row[] {
  const limit = median(memoryCopy) + median(rawWrite);
  const facts = `${limit.toFixed(2)} s`;
  return [['first', writer.seconds] as const, ['again', again] as const].map(([which, seconds]) => {
    const times = median(seconds) / limit;
    const what = `${name} ${which}, against copying the reply + raw write (${facts})`;
    return row(what, `${TIMES_LIMIT} ×`, `${times.toFixed(2)} ×`, times <= TIMES_LIMIT);
  });
}

function latencyRows({ name, writer, again }: JobFigures, channelsAtOnce: number): Row[] {
  const { channels, latency } = WORKLOADS.LAT;
  const least = ((channels.length / channelsAtOnce) * latency) / 1000;
  const facts = `${channels.length} / ${channelsAtOnce} at once × ${latency} ms`;
  return [['first', writer.seconds] as const, ['again', again] as const].flatMap(([which, all]) => {
    const seconds = median(all);
    const times = seconds / least;
    return [
      row(
        `${name} ${which}, ${facts}`,
        `${TIMES_LIMIT} ×`,
        `${times.toFixed(2)} ×`,
        times <= TIMES_LIMIT,
      ),
      row(
        `${name} ${which}`,
        `${LATENCY_LIMIT} s`,
        `${seconds.toFixed(2)} s`,
        seconds <= LATENCY_LIMIT,
      ),
    ];
  });
}

function row(what: string, target: string, measured: string, met: boolean): Row {
  return [what, target, measured, met ? 'yes' : '**no**'];
}
