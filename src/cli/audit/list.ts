import { type Command, Option } from 'commander';
import { localStamp } from '../../audit/local-time.js';
import { readTrail } from '../../audit/read-trail.js';
import type { TrailEntry } from '../../audit/trail-line.js';
import { TrailSettings } from '../../config/audit-file.js';
import { errorText } from '../../logging/error-text.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { InvalidWriteRequest } from '../../request/errors.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { printError, printLine } from '../print-line.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { listAbandoned } from './abandoned.js';
import { type NotedOutcome, againText, notedOutcomes } from './noted-outcomes.js';
import { periodOf, periodOptions } from './period.js';

/** `sf-databuffer audit list`: the requests in a trail. */
export function listCommand(): Command {
  return settingsCommand(
    'list',
    {
      description:
        'Lists the write requests of an audit trail or an .err file, oldest first. What is ' +
        'damaged is reported with its line and byte, and skipped. Those that the broker tries again ' +
        'by itself, and those that were cancelled, are marked. Exit code 1: something is damaged. ' +
        'With --abandoned: the acquisitions that never got their stop, which the broker keeps beside ' +
        'the trail.',
      settings: [TrailSettings],
      arguments: [{ name: 'file', description: 'audit trail or .err file', unless: 'abandoned' }],
      options: [
        ...periodOptions(),
        new Option('--abandoned', 'acquisitions without their stop, of <file> or --audit_file'),
        new Option('--json', 'one JSON object a line'),
      ],
      examples: [
        'sf-databuffer audit list /var/log/sf_databuffer_audit.log --since 2026-11-24',
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
  const file = (line.values.file as string | undefined) ?? settings.audit_file;
  if (abandoned) return listAbandoned(file, includes, json === true);
  const print = json ? jsonOf : textOf;
  const noted = await notedOutcomes([file]).catch((error: unknown) => {
    printError(`what the broker noted can't be read, and is left out: ${errorText(error)}`);
    return new Map<string, NotedOutcome>();
  });
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
    if (includes(entry.time)) await printLine(print(entry, lineNumber, noted));
  }
}

type Noted = ReadonlyMap<string, NotedOutcome>;

function jsonOf({ time, request }: TrailEntry, lineNumber: number, noted: Noted): string {
  const { nextAttempt, cancelled } = noted.get(request.request_id ?? '') ?? {};
  const more = { next_attempt: nextAttempt, cancelled };
  return JSON.stringify({ line: lineNumber, time: time.toISOString(), ...request, ...more });
}

function textOf({ time, request }: TrailEntry, lineNumber: number, noted: Noted): string {
  const words = [`${lineNumber}`.padStart(6), localStamp(time), ...requestWords(request)];
  const { nextAttempt, cancelled } = noted.get(request.request_id ?? '') ?? {};
  if (cancelled) words.push('cancelled');
  if (nextAttempt !== undefined) words.push(`failed, ${againText(nextAttempt)}`);
  return words.join('  ');
}

function requestWords(request: TrailEntry['request']): string[] {
  try {
    const { outputFile, pulseRange, channels } = parseWriteRequest(request);
    const pulses = pulseRange ? `${pulseRange.startPulseId}-${pulseRange.endPulseId}` : 'by time';
    const words = [outputFile, `pulses ${pulses}`, `${channels.length} channels`];
    if (request.lane === 'background') words.push('background');
    if (request.dispatch === false) words.push('recorded only');
    return [...words, request.request_id ?? ''];
  } catch (error) {
    if (error instanceof InvalidWriteRequest) return [error.message];
    throw error;
  }
}
