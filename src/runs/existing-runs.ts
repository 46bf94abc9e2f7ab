import { type Stats, lstatSync } from 'node:fs';
import { isThere } from '../filesystem/is-there.js';
import { newestFlat } from './newest-flat.js';
import type { RawFolder } from './raw-folder.js';
import { RUN_INFO, flatName, numberOfRunFolder, thousandName } from './run-names.js';

/** The runs that a raw folder has at one moment, of both layouts. */
export class ExistingRuns {
  private constructor(
    private readonly raw: RawFolder,
    private readonly names: ReadonlyMap<number, readonly string[]>,
  ) {}

  static async read(raw: RawFolder): Promise<ExistingRuns> {
    const names = new Map<number, string[]>();
    for (const name of await raw.namesIn('')) {
      const number = numberOfRunFolder(name);
      if (number === undefined) continue;
      const others = names.get(number);
      if (others) others.push(name);
      else names.set(number, [name]);
    }
    return new ExistingRuns(raw, names);
  }

  /** Names of the folders of a run, symbolic links included. */
  foldersOf(runNumber: number): string[] {
    return (this.names.get(runNumber) ?? []).filter((name) => !this.statOf(name)?.isFile());
  }

  /** Names of all run folders, without symbolic links. */
  plainFolders(): string[] {
    return [...this.names.values()].flat().filter((name) => this.statOf(name)?.isDirectory());
  }

  /** Numbers of run folders, highest first. */
  numbers(): number[] {
    return [...this.names.keys()].sort((one, other) => other - one);
  }

  /** Whether anything has the number; clients take whatever begins with it for the run. */
  has(runNumber: number): boolean {
    return this.names.has(runNumber) || this.hasFlat(runNumber);
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

  private statOf(name: string): Stats | undefined {
    return lstatSync(this.raw.folder('').at(name), { throwIfNoEntry: false });
  }
}
