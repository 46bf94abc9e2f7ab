import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrail } from '../../audit/read-trail.js';
import { ROTATED } from '../../audit/rotated-name.js';
import { visitLines } from '../../audit/line-splitter.js';
import {
  type HealingNote,
  afterNote,
  parseSettledLine,
  readOutcomeLine,
} from '../../audit/outcome-line.js';
import { rotatedFiles } from '../../audit/rotated-files.js';
import type { Failure } from '../../report/failure.js';
import type { RequestHead } from '../../report/request-record.js';
import type { ChannelCounts } from '../../report/channel-counts.js';
import { CHANNEL_COUNTS } from '../../report/count-channels.js';
import { requestKey } from '../../request/request-key.js';

const ROTATED_ENDING = new RegExp(`${ROTATED}$`);

/** All that lines of the outcomes file say of a request. */
interface NotedLines {
  readonly settled?: { readonly head: RequestHead; readonly errorFile?: string };
  readonly again?: HealingNote;
}

/** What the broker noted about a request. */
export interface NotedOutcome {
  /** Of its channels; none where it was noted by a version of before. */
  readonly counts?: ChannelCounts;
  /** A settled state, or `sent`. */
  readonly state: string;
  readonly failure?: Failure;
  /** When the broker tries it again by itself, seconds since the epoch, at the latest. */
  readonly nextAttempt?: number;
  /** Whether it was cancelled. */
  readonly cancelled?: boolean;
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
  const lines = new Map<string, NotedLines>();
  for (const file of await outcomesFilesOf(files)) {
    await visitLines(file, (line) => note(line, lines));
  }
  const noted = new Map([...lines].map(([id, each]) => [id, outcomeOf(each)]));
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

function note(line: Buffer, noted: Map<string, NotedLines>): void {
  const content = readOutcomeLine(line);
  if (!content) return;
  if ('head' in content) {
    const { head } = content;
    const report = head.failure && parseSettledLine(line.toString())?.report;
    noted.set(head.request_id, { settled: { head, errorFile: report?.error_file } });
  } else if ('healing' in content) {
    noted.set(content.healing, { ...noted.get(content.healing), again: content });
  } else if ('sent' in content && !noted.has(content.request_id)) {
    noted.set(content.request_id, {});
  }
}

function outcomeOf({ settled, again }: NotedLines): NotedOutcome {
  if (!settled) return { state: 'sent' };
  const head = afterNote(settled.head, again);
  const { state, failure, next_attempt: nextAttempt, cancelled } = head;
  const counts = Object.fromEntries(CHANNEL_COUNTS.map((name) => [name, head[name]]));
  return { state, failure, nextAttempt, cancelled, counts, errorFile: settled.errorFile };
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
