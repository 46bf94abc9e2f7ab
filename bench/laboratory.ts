import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BaselineProcess } from './baseline-process.js';
import { Build } from './build.js';
import type { DataServerProcess } from './data-server-process.js';
import type { Options } from './options.js';
import { inProject } from './paths.js';
import { readsBitshuffle } from './python.js';
import { baselineJob, dataSettings, writeRequest } from './requests.js';
import { type Protocol, type Workload, warmUpFor } from './workload.js';
import { WriterProcess } from './writer-process.js';

/** Where measurements take place: a folder of their own, the options, a Python with h5py. */
export class Laboratory {
  readonly folder: string;
  readonly output: string;
  readonly build: Build;

  constructor(
    readonly options: Options,
    private readonly python: string,
  ) {
    const parent = inProject('data');
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, 'bench-'));
    this.output = join(this.folder, 'output');
    mkdirSync(this.output);
    this.build = new Build(options.main);
    process.once('exit', () => this.clear());
  }

  file(name: string): string {
    return join(this.output, name);
  }

  /** Why images can't be measured by the binary protocol; undefined where they can. */
  get binaryImpossible(): string | undefined {
    if (!readsBitshuffle(this.python)) return 'h5py lacks the filter 32008 (hdf5-filter-plugin)';
    return this.build.knows('writer', '--image_api_url') ? undefined : 'this build knows JSON only';
  }

  /** A writer process that has written a small file before: services run all the time. */
  async writer(
    server: DataServerProcess,
    {
      protocol = 'json',
      profiles,
      warmUps = 1,
      build = this.build,
    }: { protocol?: Protocol; profiles?: string; warmUps?: number; build?: Build } = {},
  ): Promise<WriterProcess> {
    const state = mkdtempSync(join(this.folder, 'state-'));
    const { output } = this;
    const writer = await WriterProcess.start({
      main: build.main,
      dataSettings: dataSettings(server, protocol),
      output,
      state,
      profiles,
      settings: build.writerSettings(this.options),
    });
    const files = Array.from({ length: warmUps }, (_, n) => this.file(`warm-up-${n}.h5`));
    await writer.write(files.map((file) => writeRequest(warmUpFor(protocol), 1, file)));
    for (const file of files) rmSync(file);
    return writer;
  }

  /** A baseline process that has written a small file before as well. */
  async baseline(server: DataServerProcess, protocol: Protocol): Promise<BaselineProcess> {
    const baseline = new BaselineProcess(this.python, protocol);
    await baseline.write(baselineJob(warmUpFor(protocol), server, this.file('warm-up.h5')));
    rmSync(this.file('warm-up.h5'));
    return baseline;
  }

  /** The baseline's file of one block of a workload, which ours are compared with. */
  async reference(workload: Workload, server: DataServerProcess): Promise<string> {
    const path = this.file(`reference-${workload.name}.h5`);
    const baseline = await this.baseline(server, workload.protocol);
    try {
      await baseline.write(baselineJob(workload, server, path));
    } finally {
      await baseline.end();
    }
    return path;
  }

  /** Compares files with the reference, of which they have so many blocks. @throws with what differs */
  verify(reference: string, blocks: number, files: readonly string[]): void {
    try {
      const program = inProject('bench/compare.py');
      execFileSync(this.python, [program, reference, String(blocks), ...files], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    } catch (error) {
      throw new Error(`Not as the baseline's: ${(error as { stdout: string }).stdout}`, {
        cause: error,
      });
    }
  }

  sizeOf(file: string): number {
    return statSync(file).size;
  }

  clear(): void {
    // Processes that were killed a moment ago may still have added something.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
