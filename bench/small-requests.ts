import { rmSync } from 'node:fs';
import { DataServerProcess } from './data-server-process.js';
import type { Laboratory } from './laboratory.js';
import { writeRequest } from './requests.js';
import { WORKLOADS } from './workload.js';

export interface SmallRequestFigures {
  readonly requests: number;
  /** One entry a run. */
  readonly perSecond: number[];
  /** Bytes. */
  readonly peak: number[];
}

/** Many small requests in a row to one writer process, which writes two at once. */
export async function measureSmallRequests(
  lab: Laboratory,
  requests: number,
): Promise<SmallRequestFigures> {
  const figures: SmallRequestFigures = { requests, perSecond: [], peak: [] };
  const server = await DataServerProcess.start(lab.options.seed, ['SMALL']);
  try {
    const reference = await lab.reference(WORKLOADS.SMALL, server);
    const files = Array.from({ length: requests }, (_, n) => lab.file(`small-${n}.h5`));
    for (let run = 0; run < lab.options.runs; run++) {
      const perSecond = await measureRun(lab, server, files, figures);
      lab.verify(reference, 1, files);
      for (const file of files) rmSync(file);
      console.error(`SMALL run ${run + 1}: ${perSecond.toFixed(0)} requests a second`);
    }
  } finally {
    await server.end();
  }
  return figures;
}

async function measureRun(
  lab: Laboratory,
  server: DataServerProcess,
  files: readonly string[],
  figures: SmallRequestFigures,
): Promise<number> {
  const writer = await lab.writer(server, { warmUps: 2 });
  try {
    const requests = files.map((file) => writeRequest(WORKLOADS.SMALL, 1, file));
    const { seconds } = await writer.write(requests);
    figures.perSecond.push(files.length / seconds);
    figures.peak.push(writer.peakMemory());
    return files.length / seconds;
  } finally {
    await writer.end();
  }
}
