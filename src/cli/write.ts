import { type Command, Option } from 'commander';
import { InvalidSettings } from '../config/invalid-settings.js';
import { JobSettings } from '../config/writer-settings.js';
import type { WriteReport } from '../rows/write-report.js';
import { type CommandLine, settingsFrom } from './command-line.js';
import { reportLine, withDirectWriter } from './direct-writer.js';
import { readRequests } from './read-requests.js';
import { printError, printLine } from './print-line.js';
import { startLogging } from './service.js';
import { settingsCommand } from './settings-command.js';

/** `sf-databuffer write`: a writer's work for requests from a file. */
export function writeCommand(): Command {
  return settingsCommand(
    'write',
    {
      description:
        'Does for the requests in a file what a writer does for those of a broker, without broker and ' +
        'ZMQ. Exit code 0: all files are there; 1: some are not.',
      settings: [JobSettings],
      arguments: [{ name: 'file', description: '.err file, audit trail or JSON file' }],
      options: [new Option('--line [n]', 'only the request on this line (default: all)')],
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
  const { requests, problems } = await readRequests(file, onlyLine);
  for (const problem of problems) printError(`${problem}: skipped`);
  if (requests.length === 0) {
    const where = onlyLine === undefined ? file : `line ${onlyLine} of ${file}`;
    throw new Error(`there is no write request in ${where}`);
  }
  const reports: WriteReport[] = [];
  await withDirectWriter(settings, async (writer) => {
    await Promise.all(
      requests.map(async ({ request }) => {
        const report = await writer.write(request);
        await printLine(reportLine(report));
        reports.push(report);
      }),
    );
  });
  const complete = reports.every(({ state }) => state !== 'failed') && problems.length === 0;
  process.exitCode = complete ? 0 : 1;
}

function lineNumber(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[1-9]\d*$/.test(value)) return Number(value);
  throw new InvalidSettings(['--line needs the number of a line, from 1']);
}
