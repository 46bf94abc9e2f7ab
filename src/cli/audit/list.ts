import { type Command, Option } from 'commander';
import { isCompanion } from '../../audit/companions.js';
import { localStamp } from '../../audit/local-time.js';
import { readTrail } from '../../audit/read-trail.js';
import type { TrailEntry } from '../../audit/trail-line.js';
import { TrailSettings } from '../../config/audit-file.js';
import { errorText } from '../../logging/error-text.js';
import { counted } from '../status/picture/numbers.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { InvalidWriteRequest } from '../../request/errors.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { printError, printLine } from '../print-line.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { listAbandoned } from './abandoned.js';
import { type NotedOutcome, againText, notedOutcomes } from './noted-outcomes.js';
import { periodOf, periodOptions } from './period.js';
import { TRAILS } from './trail-argument.js';
import { trailsAmong, trailsByAge } from './named-trails.js';

/** `sf-databuffer audit list`: the requests in a trail. */
export function listCommand(): Command {
  return settingsCommand(
    'list',
    {
      description:
        'Lists the write requests of audit trails and .err files, oldest first. What is ' +
        'damaged is reported with its line and byte, and skipped. Those that the broker tries again ' +
        'by itself, and those that were cancelled, are marked. Exit code 1: something is damaged. ' +
        'With --abandoned: the acquisitions that never got their stop, which the broker keeps beside ' +
        'a trail.',
      settings: [TrailSettings],
      arguments: [{ ...TRAILS, unless: 'abandoned' }],
      options: [
        ...periodOptions(),
        new Option('--abandoned', 'acquisitions without their stop, of <trail> or --audit_file'),
        new Option('--json', 'one JSON object a line'),
      ],
      examples: [
        'sf-databuffer audit list /var/log/sf_databuffer_audit.log --since 2026-11-24',
        'sf-databuffer audit list /var/log/sf_databuffer_audit.log*',
        'sf-databuffer audit list data/run_0001.h5.err --json',
        'sf-databuffer audit list --abandoned --audit_file data/audit.log',
      ],
    },
    list,
  );
}

async function list(line: CommandLine): Promise<void> {
  const { includes, problems } = periodOf(line);
  const settings = settingsFrom(withProblems(line, problems), TrailSettings);
  startLogging(settings);
  const { json, abandoned } = line.values;
  const named = line.values.trail as readonly string[];
  if (abandoned) {
    const trails =
      named.length === 0 ? [settings.audit_file] : named.filter((f) => !isCompanion(f));
    for (const trail of trails) {
      if (!json) await printHeading(trail, trails);
      await listAbandoned(trail, includes, json === true);
    }
    return;
  }
  const trails = await trailsByAge(
    await trailsAmong(named, (text) => printError(`${text}: skipped`)),
  );
  const noted = await notedOutcomes(trails).catch((error: unknown) => {
    printError(`what the broker noted can't be read, and is left out: ${errorText(error)}`);
    return new Map<string, NotedOutcome>();
  });
  for (const trail of trails) {
    if (!json) await printHeading(trail, trails);
    const print = json ? jsonOf(trail, noted) : textOf(noted);
    await listTrail(trail, includes, print);
  }
}

/** Lines of several trails stand under the name of theirs. */
async function printHeading(trail: string, trails: readonly string[]): Promise<void> {
  if (trails.length < 2) return;
  if (trail !== trails[0]) await printLine('');
  await printLine(`${trail}:`);
}

async function listTrail(
  file: string,
  includes: (time: Date) => boolean,
  print: (entry: TrailEntry, lineNumber: number) => string,
): Promise<void> {
  for await (const entry of readTrail(file)) {
    if (entry.damaged !== undefined) {
      const { lineNumber, damaged, offset } = entry;
      printError(`line ${lineNumber} ${damaged}, from byte ${offset} of ${file} on: skipped`);
      process.exitCode = 1;
      continue;
    }
    const { lineNumber, gluedAt } = entry;
    if (gluedAt !== undefined) {
      printError(`line ${lineNumber} has lost its end before byte ${gluedAt} of ${file}`);
      process.exitCode = 1;
    }
    if (includes(entry.time)) await printLine(print(entry, lineNumber));
  }
}

type Noted = ReadonlyMap<string, NotedOutcome>;

const jsonOf =
  (trail: string, noted: Noted) =>
  ({ time, request }: TrailEntry, lineNumber: number): string => {
    const { nextAttempt, cancelled } = noted.get(request.request_id ?? '') ?? {};
    const place = { trail, line: lineNumber, time: time.toISOString() };
    return JSON.stringify({ ...place, ...request, next_attempt: nextAttempt, cancelled });
  };

const textOf =
  (noted: Noted) =>
  ({ time, request }: TrailEntry, lineNumber: number): string => {
    const words = [`${lineNumber}`.padStart(6), localStamp(time), ...requestWords(request)];
    const { nextAttempt, cancelled } = noted.get(request.request_id ?? '') ?? {};
    if (cancelled) words.push('cancelled');
    if (nextAttempt !== undefined) words.push(`failed, ${againText(nextAttempt)}`);
    return words.join('  ');
  };

function requestWords(request: TrailEntry['request']): string[] {
  try {
    const { outputFile, pulseRange, channels } = parseWriteRequest(request);
    const pulses = pulseRange ? `${pulseRange.startPulseId}-${pulseRange.endPulseId}` : 'by time';
    const words = [outputFile, `pulses ${pulses}`, counted(channels.length, 'channel')];
    if (request.lane === 'background') words.push('background');
    if (request.dispatch === false) words.push('recorded only');
    return [...words, request.request_id ?? ''];
  } catch (error) {
    if (error instanceof InvalidWriteRequest) return [error.message];
    throw error;
  }
}
