import type { JobOptions } from './jobs.js';
import type { Options, Part } from './options.js';

const NO_JOBS = ['SMALL', 'MIXED', 'GROWTH', 'BROKER', 'RESTART', 'QUEUE', 'RUNS'] as const;
type JobPart = Exclude<Part, (typeof NO_JOBS)[number]>;

/** Whether a part of the benchmark is one kind of job. */
export function isJob(part: Part): part is JobPart {
  return !NO_JOBS.some((other) => other === part);
}

/** What its jobs are. */
export function jobOf(part: JobPart, { quick }: Options): JobOptions {
  switch (part) {
    // 48 × 16 images are 2.0 GB, 41 × 97 MB are 4.0 GB, 206 × 4.9 MB are 1.0 GB.
    case 'B':
      return { name: 'B', workload: 'B', blocks: quick ? 8 : 48 };
    case 'L':
      return { name: 'L', workload: 'W', blocks: quick ? 5 : 41 };
    case 'ONE':
      return { name: 'ONE', workload: 'ONE', blocks: quick ? 50 : 206 };
    case 'TWO':
      return { name: 'TWO', workload: 'M', blocks: 4, jobs: 2 };
    case 'C4L':
      // 44 × 92 MB.
      return { name: 'C4L', workload: 'C4W', blocks: quick ? 5 : 44 };
    case 'C4S':
    case 'C4W':
    case 'LAT':
      return { name: part, workload: part, againstBaseline: true, again: 3 };
    default:
      return { name: part, workload: part, againstBaseline: true };
  }
}
