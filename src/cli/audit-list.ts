import { Command, Option } from 'commander';
import { localStamp } from '../audit/local-time.js';
import { readTrail } from '../audit/read-trail.js';
import type { TrailEntry } from '../audit/trail-line.js';
import { CommonSettings } from '../config/common-settings.js';
import { parseWriteRequest } from '../request/parse-write-request.js';
import { InvalidWriteRequest } from '../request/errors.js';
import { type CommandLine, settingsFrom } from './command-line.js';
import { parseMoment } from '../audit/parse-moment.js';
import { printLine } from './print-line.js';
import { startLogging } from './service.js';
import { settingsCommand } from './settings-command.js';

/** `sf-databuffer audit`: what to do with a trail. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('Reads audit trails and .err files, of this and of the Python implementation.')
    .addCommand(listCommand());
}

function listCommand(): Command {
  return settingsCommand(
    'list',
    {
      summary: 'the requests in a trail',
      description:
        'Lists the write requests of an audit trail or an .err file, oldest first. Damaged lines are ' +
        'reported with their number and skipped.',
      settings: [CommonSettings],
      arguments: [{ name: 'file', description: 'audit trail or .err file' }],
      options: [
        new Option('--since <time>', 'from this time on: 20261124-101500 or 2026-11-24T10:15'),
        new Option('--until <time>', 'up to this time'),
        new Option('--json', 'one JSON object a line'),
      ],
      examples: [
        'sf-databuffer audit list /var/log/sf_databuffer_audit.log --since 2026-11-24',
        'sf-databuffer audit list data/run_0001.h5.err --json',
      ],
    },
    list,
  );
}

async function list(line: CommandLine): Promise<void> {
  const { since, until, problems } = period(line);
  startLogging(
    settingsFrom({ ...line, problems: [...line.problems, ...problems] }, CommonSettings),
  );
  const file = line.values.file as string;
  const print = line.values.json ? jsonOf : textOf;
  for await (const entry of readTrail(file)) {
    if (entry.damaged !== undefined) {
      console.error(`line ${entry.lineNumber} ${entry.damaged}: skipped`);
    } else if (entry.time >= since && entry.time <= until) {
      await printLine(print(entry, entry.lineNumber));
    }
  }
}

function period({ values }: CommandLine) {
  const problems: string[] = [];
  const [since, until] = (['since', 'until'] as const).map((name) => {
    const text = values[name] as string | undefined;
    const moment = text === undefined ? undefined : parseMoment(text, name === 'until');
    if (text !== undefined && !moment) {
      problems.push(`--${name} '${text}' is no time: write 20261124-101500 or 2026-11-24T10:15`);
    }
    return moment;
  });
  return { since: since ?? new Date(-8.64e15), until: until ?? new Date(8.64e15), problems };
}

function jsonOf({ time, request }: TrailEntry, lineNumber: number): string {
  return JSON.stringify({ line: lineNumber, time: time.toISOString(), ...request });
}

function textOf({ time, request }: TrailEntry, lineNumber: number): string {
  return [`${lineNumber}`.padStart(6), localStamp(time), ...requestWords(request)].join('  ');
}

function requestWords(request: TrailEntry['request']): string[] {
  try {
    const { outputFile, pulseRange, channels } = parseWriteRequest(request);
    const pulses = pulseRange ? `${pulseRange.startPulseId}-${pulseRange.endPulseId}` : 'by time';
    const words = [outputFile, `pulses ${pulses}`, `${channels.length} channels`];
    if (request.dispatch === false) words.push('recorded only');
    return [...words, request.request_id ?? ''];
  } catch (error) {
    if (error instanceof InvalidWriteRequest) return [error.message];
    throw error;
  }
}
