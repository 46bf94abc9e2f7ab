import { type Command, Option } from 'commander';
import { localStamp } from '../../audit/local-time.js';
import { RemainsSettings } from '../../config/state-dir.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { printError, printLine } from '../print-line.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { groupBy } from './group-by.js';
import { againText } from './noted-outcomes.js';
import { periodOf, periodOptions } from './period.js';
import { leftBehind } from './left-behind.js';
import { recordedRequests } from './recorded-requests.js';
import { type FoundRequest, requestStates } from './request-states.js';
import { TRAILS } from './trail-argument.js';

/** `sf-databuffer audit status`: states of the requests, as far as the disk tells. */
export function statusCommand(): Command {
  return settingsCommand(
    'status',
    {
      description:
        'Lists what is on disk for each request in audit trails and .err files. complete: its file is ' +
        'there and opens, with the number of channels that are missing, failed or short; empty: it is ' +
        'there, but no channel has a row; failed: its .err file is there, or in the state folder of a ' +
        'writer; superseded: a newer request has the output file; cancelled: it was, and has no file; ' +
        'lost: neither file is there. What the broker noted beside the trail says why, and when it ' +
        'tries a failed one again by itself. Exit code 0: no request is empty, failed or ' +
        'lost; 1: some are.',
      settings: [RemainsSettings],
      arguments: [TRAILS],
      options: [...periodOptions(), new Option('--json', 'one JSON object a line')],
      examples: [
        'sf-databuffer audit status /var/log/sf_databuffer_audit.log',
        'sf-databuffer audit status /var/log/sf_databuffer_audit.log \\',
        '    /var/log/sf_databuffer_audit.log.*.gz --since 2026-11-24 --json',
      ],
    },
    status,
  );
}

async function status(line: CommandLine): Promise<void> {
  const { includes, problems } = periodOf(line);
  const settings = settingsFrom(withProblems(line, problems), RemainsSettings);
  startLogging(settings);
  const states = await statesOf(line.values.trail as string[], settings, new FileReader());
  const asked = states.filter(({ request }) => includes(request.time));
  for (const state of asked) await printLine(line.values.json ? jsonOf(state) : textOf(state));
  if (!line.values.json) await printLine(stateCounts(asked));
  process.exitCode = asked.every(isSettled) ? 0 : 1;
}

/** States of the requests in trails and `.err` files; those that can't be read are reported. */
export async function statesOf(
  files: readonly string[],
  { output_root: roots, state_dir: stateDirectory }: RemainsSettings,
  reader: FileReader,
  skipped = tellSkipped,
): Promise<FoundRequest[]> {
  const requests = await recordedRequests(files, skipped);
  return requestStates(requests, roots, await leftBehind(files, stateDirectory, skipped), reader);
}

/** Reports on standard error what was left out. */
function tellSkipped(text: string): void {
  printError(`${text}: skipped`);
}

/** How many requests are in which state. */
export function stateCounts(states: readonly FoundRequest[]): string {
  const counts = [...groupBy(states, ({ state }) => state)].map(
    ([state, { length }]) => `${length} ${state}`,
  );
  const total = `${states.length} ${states.length === 1 ? 'request' : 'requests'}`;
  return counts.length === 0 ? total : `${total}: ${counts.join(', ')}`;
}

export function textOf(found: FoundRequest): string {
  const { request, path, reason, errorFile } = found;
  const words = [stateText(found).padEnd(10), localStamp(request.time), path ?? '(no output file)'];
  if (request.id !== undefined) words.push(request.id);
  if (reason !== undefined) words.push(reason);
  if (errorFile !== undefined && errorFile !== `${path}.err`) words.push(`(in ${errorFile})`);
  return words.join('  ');
}

/** The state and what the file lacks, or when it is tried again: `complete, 1 channel missing`. */
function stateText({ state, counts, misplaced, nextAttempt }: FoundRequest): string {
  if (nextAttempt !== undefined) return `${state}, ${againText(nextAttempt)}`;
  const lacks = [
    [counts?.channels_missing, 'missing'],
    [counts?.channels_failed, 'failed'],
    [counts?.channels_short, 'short'],
  ] as const;
  const words = lacks.flatMap(([count, what]) =>
    count ? [`${count} ${count === 1 ? 'channel' : 'channels'} ${what}`] : [],
  );
  return [state, ...words, ...(misplaced ? ['channels in /data'] : [])].join(', ');
}

function jsonOf(found: FoundRequest): string {
  const { request, state, path, reason, errorFile, nextAttempt, counts, misplaced } = found;
  const { file, lineNumber, time, id } = request;
  return JSON.stringify({
    state,
    reason,
    next_attempt: nextAttempt,
    time: time.toISOString(),
    request_id: id,
    output_file: path,
    error_file: errorFile,
    ...counts,
    misplaced,
    trail: file,
    line: lineNumber,
  });
}

function isSettled({ state }: FoundRequest): boolean {
  return state !== 'failed' && state !== 'lost' && state !== 'empty';
}
