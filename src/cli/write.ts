import { type Command, Option } from 'commander';
import { InvalidSettings } from '../config/errors.js';
import { JobSettings } from '../config/writer-settings.js';
import { FileReader } from '../hdf5/read/thread/file-reader.js';
import type { WriteReport } from '../report/write-report.js';
import type { StateOnDisk } from './audit/request-states.js';
import { selectRequests } from './audit/select-requests.js';
import { statesOf, textOf } from './audit/status.js';
import { type CommandLine, settingsFrom } from './command-line.js';
import { onlyForcedIf, reportLine, withDirectWriter } from './direct-writer.js';
import { type FoundRequests, readRequests } from './read-requests.js';
import { printError, printLine } from './print-line.js';
import { startLogging } from './service.js';
import { settingsCommand } from './settings-command.js';

/** `sf-databuffer write`: a writer's work for requests from a file. */
export function writeCommand(): Command {
  return settingsCommand(
    'write',
    {
      description:
        'Writes the files of the requests in a file as a writer does, without broker and ZMQ. Of a ' +
        'trail, requests whose file is complete or belongs to a newer request are passed over; a file ' +
        'with more rows than the data buffer has now is kept. Exit code 0: all files are there, with ' +
        'rows; 1: some are not.',
      settings: [JobSettings],
      arguments: [{ name: 'file', description: '.err file, audit trail or JSON file' }],
      options: [
        new Option(
          '--line [n]',
          'only the request on this line, whatever file it has (default: all)',
        ),
        new Option('--force', 'write complete files again, and replace them even by fewer rows'),
      ],
      defaults: { log_level: 'WARNING' },
      examples: [
        'sf-databuffer write data/run_0001.h5.err \\',
        '    --data_api_url http://localhost:8080/query',
        'sf-databuffer write /var/log/sf_databuffer_audit.log --line 17 \\',
        '    --data_api_url http://localhost:8080/query',
      ],
    },
    write,
  );
}

async function write(line: CommandLine): Promise<void> {
  const settings = settingsFrom(line, JobSettings);
  const file = line.values.file as string;
  const onlyLine = lineNumber(line.values.line);
  startLogging(settings);
  const { requests, problems, isList } = await readRequests(file, onlyLine);
  for (const problem of problems) printError(`${problem}: skipped`);
  if (requests.length === 0) {
    const where = onlyLine === undefined ? file : `line ${onlyLine} of ${file}`;
    throw new Error(`no write request in ${where}`);
  }
  const force = line.values.force === true;
  const named = onlyLine !== undefined || isList;
  const wanted = named ? requests : await withoutFile(file, requests, settings, force);
  const reports: WriteReport[] = [];
  if (wanted.length > 0) {
    await withDirectWriter(settings, async (writer) => {
      await Promise.all(
        wanted.map(async ({ request }) => {
          const report = await writer.write(onlyForcedIf(force, request));
          await printLine(reportLine(report));
          reports.push(report);
        }),
      );
    });
  }
  const complete = reports.every(isThere) && problems.length === 0;
  process.exitCode = complete ? 0 : 1;
}

/** Those of a trail that have to be written: of several for one file only the newest. */
async function withoutFile(
  trail: string,
  requests: FoundRequests['requests'],
  settings: JobSettings,
  force: boolean,
): Promise<FoundRequests['requests']> {
  const states = await statesOf([trail], settings, new FileReader(), () => undefined);
  const wanted: StateOnDisk[] = ['failed', 'lost', 'empty', 'skipped'];
  const selected = selectRequests(states, {
    states: force ? [...wanted, 'complete'] : wanted,
    includes: () => true,
  });
  const lines = new Set(selected.map(({ request }) => request.lineNumber));
  for (const state of states) {
    if (!lines.has(state.request.lineNumber)) await printLine(`passed over: ${textOf(state)}`);
  }
  return requests.filter(({ lineNumber }) => lines.has(lineNumber));
}

function isThere({ state, rows }: WriteReport): boolean {
  return state !== 'failed' && !(state === 'written' && rows === 0);
}

function lineNumber(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[1-9]\d*$/.test(value)) return Number(value);
  throw new InvalidSettings(['--line needs the number of a line, from 1']);
}
