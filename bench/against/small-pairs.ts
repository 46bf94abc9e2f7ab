import { rmSync } from 'node:fs';
import { DataServerProcess } from '../data-server-process.js';
import type { Laboratory } from '../laboratory.js';
import { writeRequest } from '../requests.js';
import { WORKLOADS } from '../workload.js';
import type { WriterProcess } from '../writer-process.js';
import type { Calibration } from './calibration.js';
import type { Measurement, PairFigures } from './pair.js';
import { settled } from './settled.js';
import { type Builds, inTurn } from './sides.js';

const WARM_UPS = 2;

/** Many small requests in a row to writers of both builds, in turn, each of which writes two at once. */
export async function measureSmallPairs(
  lab: Laboratory,
  builds: Builds,
  calibration: Calibration,
  { requests, jobs }: { requests: number; jobs: number },
): Promise<PairFigures> {
  const figures: PairFigures = {
    name: 'SMALL',
    description: `${requests} requests of ${WORKLOADS.SMALL.description}`,
    requests,
    pairs: [],
    peak: { measured: [], against: [] },
  };
  const files = Array.from({ length: requests }, (_, n) => lab.file(`small-${n}.h5`));
  const server = await DataServerProcess.start(lab.options.seed, ['SMALL']);
  try {
    const reference = await lab.reference(WORKLOADS.SMALL, server);
    const measure = async (writer: WriterProcess): Promise<Measurement> => {
      const all = files.map((file) => writeRequest(WORKLOADS.SMALL, 1, file));
      const working = [writer.pid, server.pid];
      const before = await settled([writer.pid]);
      calibration.begin(working);
      const { seconds } = await writer.write(all);
      const conditions = await calibration.end(working);
      const processor = (await settled([writer.pid])) - before;
      lab.verify(reference, 1, files);
      for (const file of files) rmSync(file);
      return { seconds, processor, conditions };
    };
    for (let run = 0; run < lab.options.runs; run++) {
      const writers = await inTurn(run, (side) =>
        lab.writer(server, { warmUps: WARM_UPS, build: builds[side].build }),
      );
      for (let n = 0; n < jobs; n++) {
        const pair = await inTurn(run + n, (side) => measure(writers[side]));
        figures.pairs.push({ ...pair, isFresh: n === 0 });
      }
      figures.peak.measured.push(writers.measured.peakMemory());
      figures.peak.against.push(writers.against.peakMemory());
      await Promise.all([writers.measured.end(), writers.against.end()]);
      const [measured, against] = [figures.pairs.at(-1)!.measured, figures.pairs.at(-1)!.against];
      console.error(
        `SMALL run ${run + 1}: ${(requests / measured.seconds).toFixed(0)}/` +
          `${(requests / against.seconds).toFixed(0)} requests a second`,
      );
    }
  } finally {
    await server.end();
  }
  return figures;
}
