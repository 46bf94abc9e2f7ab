import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Plugin, build } from 'rolldown';
import type { Task } from './book-process.fixture.js';

// Packages are found from there, and nobody looks there for sources.
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

/** In the place of Nest, whose loading takes most of such a process's time. */
const QUIET: Plugin = {
  name: 'quiet',
  resolveId: (source) => (source === '@nestjs/common' ? source : undefined),
  load: (id) =>
    id === '@nestjs/common' ? 'export class Logger { warn() {} error() {} }' : undefined,
};

/** Processes that work in pgroups, each by a {@link Task}. */
export class BookProcesses {
  private constructor(private readonly folder: string) {}

  /** Bundles their program. */
  static async build(): Promise<BookProcesses> {
    mkdirSync(FOLDER, { recursive: true });
    const folder = mkdtempSync(join(FOLDER, 'runs-'));
    await build({
      input: fileURLToPath(new URL('book-process.fixture.ts', import.meta.url)),
      platform: 'node',
      external: /^[a-z]/,
      plugins: [QUIET],
      output: { file: join(folder, 'book-process.js') },
      logLevel: 'warn',
    });
    return new BookProcesses(folder);
  }

  /** @returns what the process printed; undefined where it was killed */
  async run(task: Task): Promise<unknown> {
    const args = [join(this.folder, 'book-process.js'), JSON.stringify(task)];
    try {
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return JSON.parse(stdout);
    } catch (error) {
      if ((error as { signal?: string }).signal === 'SIGKILL') return undefined;
      throw error;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
