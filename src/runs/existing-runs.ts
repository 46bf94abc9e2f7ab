import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isThere } from '../filesystem/is-there.js';
import { newestFlat } from './newest-flat.js';
import type { RawFolder } from './raw-folder.js';
import { RUN_INFO, flatName, numberOfRunFolder, thousandName } from './run-names.js';

/** The runs that a raw folder has at one moment, of both layouts. */
export class ExistingRuns {
  private constructor(
    private readonly raw: RawFolder,
    private readonly entries: ReadonlyMap<number, readonly Dirent[]>,
  ) {}

  static async read(raw: RawFolder): Promise<ExistingRuns> {
    const entries = new Map<number, Dirent[]>();
    for (const entry of await readdir(raw.folder('').at('.'), { withFileTypes: true })) {
      const number = numberOfRunFolder(entry.name);
      if (number === undefined) continue;
      const others = entries.get(number);
      if (others) others.push(entry);
      else entries.set(number, [entry]);
    }
    return new ExistingRuns(raw, entries);
  }

  /** Names of the folders of a run, symbolic links included. */
  foldersOf(runNumber: number): string[] {
    return (this.entries.get(runNumber) ?? [])
      .filter((entry) => !entry.isFile())
      .map(({ name }) => name);
  }

  /** Names of all run folders, without symbolic links. */
  plainFolders(): string[] {
    return [...this.entries.values()]
      .flat()
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  }

  /** Numbers of run folders, highest first. */
  numbers(): number[] {
    return [...this.entries.keys()].sort((one, other) => other - one);
  }

  /** Whether anything has the number; clients take whatever begins with it for the run. */
  has(runNumber: number): boolean {
    return this.entries.has(runNumber) || this.hasFlat(runNumber);
  }

  /** Whether the number has metadata of the flat layout. */
  hasFlat(runNumber: number): boolean {
    const folder = this.raw.folderIfThere(`${RUN_INFO}/${thousandName(runNumber)}`);
    const path = folder?.at(`${flatName(runNumber)}.json`);
    return path !== undefined && isThere(path);
  }

  /** The highest run number that anything has, 0 where nothing has one. */
  async highest(): Promise<number> {
    const [newestFlatRun = 0] = await newestFlat(this.raw.folder('').path, 1);
    return Math.max(this.numbers()[0] ?? 0, newestFlatRun);
  }
}
