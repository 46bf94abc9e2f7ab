import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrail } from '../../audit/read-trail.js';
import { requestKey } from '../../request/request-key.js';
import { type NotedOutcome, notedOutcomes } from './noted-outcomes.js';

/** Traces of requests elsewhere than beside their output files. */
export interface LeftBehind {
  /** By request id. */
  readonly noted: ReadonlyMap<string, NotedOutcome>;
  /** `.err` files by the key of their request: of a writer's state folder, or named by the user. */
  readonly errorFiles: ReadonlyMap<string, string>;
}

/**
 * Reads what brokers noted beside trails (`<trail>.outcomes`, rotated ones too), and the `.err` files
 * among the named files and in `failed/` of a writer's state folder.
 *
 * @param files trails and `.err` files
 * @param skipped hears what could not be read
 */
export async function leftBehind(
  files: readonly string[],
  stateDirectory: string,
  skipped: (text: string) => void,
): Promise<LeftBehind> {
  const noted = await notedOutcomes(files);
  const errorFiles = new Map<string, string>();
  const named = files.filter((file) => file.endsWith('.err'));
  for (const file of [...named, ...(await spooled(join(stateDirectory, 'failed'), skipped))]) {
    for await (const line of readTrail(file)) {
      if (line.damaged === undefined) errorFiles.set(requestKey(line.request), file);
    }
  }
  return { noted, errorFiles };
}

async function spooled(folder: string, skipped: (text: string) => void): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => /^[^.].*\.err$/.test(name)).map((name) => join(folder, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') skipped(`${folder} can't be read (${code})`);
    return [];
  }
}
