import { existsSync } from 'node:fs';
import { localStamp } from '../../audit/local-time.js';
import { visitLines } from '../../audit/line-splitter.js';
import {
  type HealingNote,
  afterNote,
  parseSettledLine,
  readOutcomeLine,
} from '../../audit/outcome-line.js';
import { rotatedFiles } from '../../audit/rotated-files.js';
import { ROTATED } from '../../audit/rotated-name.js';
import type { ChannelCounts } from '../../report/channel-counts.js';
import { CHANNEL_COUNTS } from '../../report/count-channels.js';
import type { Failure } from '../../report/failure.js';
import type { RequestHead } from '../../report/request-record.js';

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

/** @param nextAttempt seconds since the epoch */
export function againText(nextAttempt: number): string {
  return `tried again at ${localStamp(new Date(nextAttempt * 1000))}`;
}

/** What brokers noted beside trails (`<trail>.outcomes`, rotated ones too), by request id. */
export async function notedOutcomes(
  files: readonly string[],
): Promise<ReadonlyMap<string, NotedOutcome>> {
  const lines = new Map<string, NotedLines>();
  for (const file of await outcomesFilesOf(files)) {
    await visitLines(file, (line) => note(line, lines));
  }
  return new Map([...lines].map(([id, each]) => [id, outcomeOf(each)]));
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
