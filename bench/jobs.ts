import { rmSync } from 'node:fs';
import { DataServerProcess } from './data-server-process.js';
import type { LoopDelay } from './event-loop-probe.js';
import type { Laboratory } from './laboratory.js';
import { memoryCopy, rawWrite, sampleOf } from './raw-limits.js';
import { baselineJob, writeRequest } from './requests.js';
import { WORKLOADS, type Workload, type WorkloadName, servedFor } from './workload.js';

/** Seconds and peak memory in bytes of a job, one entry a run. */
export interface Series {
  readonly seconds: number[];
  readonly peak: number[];
}

/** What was measured of one kind of job; every file of it was compared with the baseline's. */
export interface JobFigures {
  readonly name: string;
  readonly description: string;
  readonly writer: Series;
  /** Only where the baseline has written the same in turn with the writer. */
  readonly baseline?: Series;
  /** Seconds of the same job in a process that has done it before, where there is a baseline. */
  readonly again: number[];
  /** Seconds of a raw write, with fsync, of the bytes of the files (of images: of the reply). */
  readonly rawWrite: number[];
  /** Seconds of copying the replies' bytes in memory. */
  readonly memoryCopy: number[];
  readonly loopDelay: LoopDelay[];
  replyBytes: number;
  fileBytes: number;
}

export interface JobOptions {
  readonly name: string;
  readonly workload: WorkloadName;
  /** Times the workload's block of pulses. */
  readonly blocks?: number;
  /** Jobs at once. */
  readonly jobs?: number;
  readonly againstBaseline?: boolean;
  /** With a baseline: how often each process writes the same once more. */
  readonly again?: number;
}

/** What a writer process has to write: files at once, and others afterwards. */
interface Writing {
  readonly workload: Workload;
  readonly blocks: number;
  readonly files: readonly string[];
  readonly again: readonly string[];
}

/** Measures a job in fresh processes, writer and baseline in turn. */
export async function measureJob(lab: Laboratory, options: JobOptions): Promise<JobFigures> {
  const { name, blocks = 1, jobs = 1, againstBaseline = false, again: times = 1 } = options;
  const workload: Workload = WORKLOADS[options.workload];
  const figures: JobFigures = {
    name,
    description: describe(workload, blocks, jobs),
    writer: { seconds: [], peak: [] },
    baseline: againstBaseline ? { seconds: [], peak: [] } : undefined,
    again: [],
    rawWrite: [],
    memoryCopy: [],
    loopDelay: [],
    replyBytes: 0,
    fileBytes: 0,
  };
  const server = await DataServerProcess.start(lab.options.seed, servedFor(workload));
  try {
    const fixed = againstBaseline ? undefined : await lab.reference(workload, server);
    for (let run = 0; run < lab.options.runs; run++) {
      const files = Array.from({ length: jobs }, (_, n) => lab.file(`${name}-${n}.h5`));
      const again = Array.from({ length: againstBaseline ? times : 0 }, (_, n) =>
        lab.file(`${name}-again-${n}.h5`),
      );
      await measureWriter(lab, server, { workload, blocks, files, again }, figures);
      const reference = fixed ?? (await measureBaseline(lab, server, workload, figures));
      measureLimits(lab, workload, files, figures);
      lab.verify(reference, blocks, [...files, ...again]);
      for (const file of [...files, ...again]) rmSync(file);
      console.error(
        `${name} run ${run + 1}: ${figures.writer.seconds[run].toFixed(2)} s, ` +
          `${(figures.writer.peak[run] / 1e6).toFixed(0)} MB` +
          (figures.baseline ? `, baseline ${figures.baseline.seconds[run].toFixed(2)} s` : ''),
      );
    }
  } finally {
    await server.end();
  }
  return figures;
}

async function measureWriter(
  lab: Laboratory,
  server: DataServerProcess,
  { workload, blocks, files, again }: Writing,
  figures: JobFigures,
): Promise<void> {
  const writer = await lab.writer(server, {
    protocol: workload.protocol,
    warmUps: files.length,
  });
  try {
    writer.watchEventLoop();
    const requests = files.map((file) => writeRequest(workload, blocks, file));
    const { seconds, bytes } = await writer.write(requests);
    figures.loopDelay.push(await writer.eventLoopDelay());
    figures.writer.seconds.push(seconds);
    figures.writer.peak.push(writer.peakMemory());
    figures.replyBytes = bytes;
    figures.fileBytes = files.reduce((sum, file) => sum + lab.sizeOf(file), 0);
    for (const file of again) {
      figures.again.push((await writer.write([writeRequest(workload, blocks, file)])).seconds);
    }
  } finally {
    await writer.end();
  }
}

async function measureBaseline(
  lab: Laboratory,
  server: DataServerProcess,
  workload: Workload,
  { baseline: series }: JobFigures,
): Promise<string> {
  const path = lab.file(`reference-${workload.name}.h5`);
  const baseline = await lab.baseline(server, workload.protocol);
  try {
    series!.seconds.push(await baseline.write(baselineJob(workload, server, path)));
    series!.peak.push(baseline.peakMemory());
  } finally {
    await baseline.end();
  }
  return path;
}

function measureLimits(
  lab: Laboratory,
  { protocol }: Workload,
  [file]: readonly string[],
  figures: JobFigures,
): void {
  const sample = sampleOf(file);
  const written = protocol === 'binary' ? figures.replyBytes : figures.fileBytes;
  figures.rawWrite.push(rawWrite(lab.folder, written, sample));
  figures.memoryCopy.push(memoryCopy(figures.replyBytes, sample));
}

function describe({ description }: Workload, blocks: number, jobs: number): string {
  const times = blocks === 1 ? '' : `, ${blocks} times as many pulses`;
  return `${description}${times}${jobs === 1 ? '' : `, ${jobs} jobs at once`}`;
}
