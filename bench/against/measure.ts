import { isJob, jobOf } from '../job-options.js';
import type { Laboratory } from '../laboratory.js';
import type { Part } from '../options.js';
import { Calibration } from './calibration.js';
import { measureJobPairs } from './job-pairs.js';
import { nameOf, otherBuild } from './other-build.js';
import type { PairFigures } from './pair.js';
import type { Builds } from './sides.js';
import { measureSmallPairs } from './small-pairs.js';
import { pairTables } from './tables.js';

/** Jobs of each process: fewer of those that take long. */
const JOBS: Partial<Record<Part, number>> = {
  S: 6,
  W: 6,
  I: 4,
  M: 6,
  B: 3,
  L: 1,
  ONE: 1,
  SMALL: 3,
  C4S: 6,
  C4W: 6,
  C4L: 1,
  LAT: 6,
};

/** Compares the build that is measured with that of another commit. @returns tables in Markdown */
export async function measureAgainst(lab: Laboratory, commit: string): Promise<string[]> {
  const { options } = lab;
  const unfit = options.only.find((part) => JOBS[part] === undefined);
  if (unfit)
    throw new Error(`--against goes with ${Object.keys(JOBS).join(', ')}, not with ${unfit}`);
  const builds: Builds = {
    measured: { name: nameOf(options.main), build: lab.build },
    against: await otherBuild(commit),
  };
  const all: PairFigures[] = [];
  const calibration = await Calibration.start();
  try {
    for (const part of options.only) {
      const jobs = options.jobs ?? JOBS[part]!;
      if (part === 'SMALL') {
        const requests = options.quick ? 100 : 300;
        all.push(await measureSmallPairs(lab, builds, calibration, { requests, jobs }));
      } else if (part === 'B' && lab.binaryImpossible) {
        console.error(`B is left out: ${lab.binaryImpossible}.`);
      } else if (isJob(part)) {
        const { name, workload, blocks } = jobOf(part, options);
        all.push(await measureJobPairs(lab, builds, calibration, { name, workload, blocks, jobs }));
      }
    }
    return pairTables(all, builds, calibration);
  } finally {
    await calibration.close();
  }
}
