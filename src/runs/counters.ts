import { join } from 'node:path';
import { EventLog } from '../logging/event-log.js';
import { namesIfThere } from '../filesystem/names-if-there.js';
import { isNoFile, regularTextIfThere } from '../filesystem/regular-text.js';
import type { ExistingRuns } from './existing-runs.js';
import { newestFlat } from './newest-flat.js';
import { type RawFolder, allOf } from './raw-folder.js';
import { MAX_RUN_NUMBER, META, RUN_INFO, flatMetadata, numberOfMetadata } from './run-names.js';

/** Of runs, and of acquisitions in the pgroup. */
export type CounterName = 'LAST_RUN' | 'LAST_ARUN';

/** What a counter's file says. */
export type CounterState = number | 'missing' | 'damaged';

/** Runs of the flat layout that are looked at for a lost number; theirs rise with time. */
const FLAT_RUNS = 100;

/**
 * The counters of a pgroup: decimal text, without a line's end, as all systems keep them. Whoever changes one
 * has the pgroup locked.
 */
export class Counters {
  private readonly logger = new EventLog('Broker');
  /** Found while reading, and not on disk yet. */
  private readonly repaired: Partial<Record<CounterName, number>> = {};

  constructor(private readonly raw: RawFolder) {}

  /** What a counter's file says. */
  async state(name: CounterName): Promise<CounterState> {
    const folder = this.raw.folderIfThere(RUN_INFO);
    const text = folder && (await regularTextIfThere(folder.at(name)));
    if (text === undefined) return 'missing';
    const number = /^\s*\d{1,16}\s*$/.test(text) ? Number(text) : NaN;
    return number < MAX_RUN_NUMBER ? number : 'damaged';
  }

  /** The counter's number. Where its file has none, the highest one that any run has; that is told. */
  async read(name: CounterName, runs: ExistingRuns): Promise<number> {
    const state = await this.state(name);
    if (typeof state === 'number') return state;
    const number = name === 'LAST_RUN' ? await runs.highest() : await this.highestUnique(runs);
    this.repaired[name] = number;
    if (state === 'damaged' || number > 0) {
      this.logger.warn('counter of a pgroup repaired from its runs', {
        file: join(this.raw.path, RUN_INFO, name),
        reason: `${state === 'missing' ? 'it was missing' : 'it held no number'}; it is ${number} now`,
      });
    }
    return number;
  }

  /** Puts numbers on disk, and those that {@link read} had to find. */
  async write(numbers: Partial<Readonly<Record<CounterName, number>>>): Promise<void> {
    const entries = Object.entries({ ...this.repaired, ...numbers });
    const staged = await allOf(entries.map(([, number]) => this.raw.stage(String(number))));
    await allOf(entries.map(([name], index) => this.raw.name(staged[index], RUN_INFO, name)));
    await this.raw.sync();
  }

  /** The highest number of an acquisition in the pgroup that metadata has. */
  private async highestUnique(runs: ExistingRuns): Promise<number> {
    let highest = 0;
    for (const file of await this.metadataFiles(runs)) {
      highest = Math.max(highest, uniqueNumberIn((await metadataText(file)) ?? ''));
    }
    return highest;
  }

  private async metadataFiles(runs: ExistingRuns): Promise<string[]> {
    const top = this.raw.folder('').path;
    const files: string[] = [];
    for (const folder of runs.plainFolders()) {
      const meta = join(top, folder, META);
      const names = await namesIfThere(meta);
      const own = names.filter((name) => numberOfMetadata(name) !== undefined);
      files.push(...own.map((name) => join(meta, name)));
    }
    const flat = await newestFlat(top, FLAT_RUNS);
    return [...files, ...flat.map((number) => join(top, flatMetadata(number)))];
  }
}

// Whatever others put into a run's folder under such a name is no reason to acquire nothing any more.
async function metadataText(file: string): Promise<string | undefined> {
  try {
    return await regularTextIfThere(file);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
}

// Metadata can be long, and may be somebody else's; only this number of it is wanted.
function uniqueNumberIn(text: string): number {
  const digits = /"unique_acquisition_run_number"\s*:\s*"?(\d{1,15})/.exec(text)?.[1];
  return Number(digits ?? 0);
}
