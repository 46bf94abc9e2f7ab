import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrail } from '../../audit/read-trail.js';
import { ROTATED } from '../../audit/rotated-name.js';
import { visitLines } from '../../audit/line-splitter.js';
import { parseSettledLine, readOutcomeLine } from '../../audit/outcome-line.js';
import { rotatedFiles } from '../../audit/rotated-files.js';
import type { ChannelCounts } from '../../report/channel-counts.js';
import { CHANNEL_COUNTS } from '../../report/count-channels.js';
import { requestKey } from '../../request/request-key.js';

const ROTATED_ENDING = new RegExp(`${ROTATED}$`);

/** The broker's note about a request. */
export interface NotedOutcome {
  /** Of its channels; none where it was noted by a version of before. */
  readonly counts?: ChannelCounts;
  /** A settled state, or `sent`. */
  readonly state: string;
  readonly failure?: { readonly code: string; readonly message: string };
  /** Where the writer left the request. */
  readonly errorFile?: string;
}

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
  const noted = new Map<string, NotedOutcome>();
  for (const file of await outcomesFilesOf(files)) {
    await visitLines(file, (line) => note(line, noted));
  }
  const errorFiles = new Map<string, string>();
  const named = files.filter((file) => file.endsWith('.err'));
  for (const file of [...named, ...(await spooled(join(stateDirectory, 'failed'), skipped))]) {
    for await (const line of readTrail(file)) {
      if (line.damaged === undefined) errorFiles.set(requestKey(line.request), file);
    }
  }
  return { noted, errorFiles };
}

async function outcomesFilesOf(files: readonly string[]): Promise<string[]> {
  const current = new Set(files.map((file) => `${file.replace(ROTATED_ENDING, '')}.outcomes`));
  const found = await Promise.all(
    [...current].map(async (file) => [
      ...(await rotatedFiles(file)),
      ...(existsSync(file) ? [file] : []),
    ]),
  );
  return found.flat();
}

function note(line: Buffer, noted: Map<string, NotedOutcome>): void {
  const content = readOutcomeLine(line);
  if (!content) return;
  if ('head' in content) {
    const { request_id: id, state, failure } = content.head;
    const report = failure && parseSettledLine(line.toString())?.report;
    const counts = Object.fromEntries(CHANNEL_COUNTS.map((name) => [name, content.head[name]]));
    noted.set(id, { state, failure, counts, errorFile: report?.error_file });
  } else if ('sent' in content && !noted.has(content.request_id)) {
    noted.set(content.request_id, { state: 'sent' });
  }
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
