import { type Command, Option } from 'commander';
import { CommonSettings } from '../../config/common-settings.js';
import { DamagedFile } from '../../hdf5/read/thread/errors.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { type ParsedWriteRequest, parseWriteRequest } from '../../request/parse-write-request.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { printLine } from '../print-line.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { textTable } from '../text-table.js';
import { type ChannelCheck, type FileCheck, checkContents, damagedFile } from './check-contents.js';
import { findRequest } from './find-request.js';
import { refuseTrail } from './refuse-trail.js';

/** `sf-databuffer check`: whether a file has everything that was asked for. */
export function checkCommand(): Command {
  return settingsCommand(
    'check',
    {
      description:
        'Reads an HDF5 file, of this or of the Python implementation, and lists for each channel its ' +
        'rows, first and last pulse id, the pulses between two points (the median), points missing ' +
        'at that rate in the requested pulse range, and what is wrong with it. The range is that of the ' +
        'request, else the one in the file. A channel with fewer than two points may be a slow one: ' +
        'it counts as short only if no channel has two. Exit code 0: all is there; 1: not all.',
      settings: [CommonSettings],
      arguments: [{ name: 'file', description: 'HDF5 file' }],
      options: [
        new Option(
          '--request [request]',
          'compare with a write request: an .err file, <trail>:<line>, or the text of a line',
        ),
        new Option('--json', 'one JSON object'),
      ],
      examples: [
        'sf-databuffer check data/run_0001.h5',
        'sf-databuffer check data/run_0001.h5 \\',
        '    --request /var/log/sf_databuffer_audit.log:17',
      ],
    },
    check,
  );
}

async function check(line: CommandLine): Promise<void> {
  const { file, request: named, json } = line.values;
  const problems = named === true ? ['--request needs an .err file or <trail>:<line>'] : [];
  startLogging(settingsFrom(withProblems(line, problems), CommonSettings));
  const path = file as string;
  refuseTrail(path);
  const request =
    named === undefined ? undefined : parseWriteRequest(await findRequest(named as string));
  const result = await checkFile(path, request);
  if (json) await printLine(JSON.stringify({ file: path, ...result }));
  else for (const text of linesOf(path, result)) await printLine(text);
  process.exitCode = result.complete ? 0 : 1;
}

async function checkFile(
  path: string,
  request: ParsedWriteRequest | undefined,
): Promise<FileCheck> {
  try {
    return checkContents(await new FileReader().read(path), request);
  } catch (error) {
    if (error instanceof DamagedFile) return damagedFile(error.reason);
    throw error;
  }
}

const COLUMNS = [
  { head: 'channel' },
  ...['rows', 'first pulse', 'last pulse', 'step', 'missing', 'absent'].map((head) => ({
    head,
    right: true,
  })),
  { head: 'problems' },
];

function linesOf(path: string, check: FileCheck): string[] {
  const { request_id: id, channels, findings, not_requested: others } = check;
  return [
    id === undefined ? path : `${path}, of request ${id}`,
    '',
    ...textTable(COLUMNS, channels.map(cellsOf)),
    '',
    ...(others.length > 0 ? [`not asked for: ${others.join(', ')}`] : []),
    ...findings,
    findings.length === 0 ? 'complete' : 'NOT COMPLETE',
  ];
}

function cellsOf(channel: ChannelCheck): string[] {
  const { name, rows, first_pulse_id, last_pulse_id, pulse_step: step } = channel;
  const problems = [
    channel.duplicate_pulse_ids > 0 && 'duplicates',
    channel.unordered_pulse_ids > 0 && 'order',
    channel.range_covered === false && 'range',
    channel.problems.length > 0 && 'noted',
    channel.faults.length > 0 && 'unreadable',
  ];
  return [
    name,
    String(rows),
    ...[first_pulse_id, last_pulse_id, step].map((cell) => String(cell ?? '-')),
    String(channel.missing_in_range ?? channel.missing_pulses),
    String(channel.absent_values),
    problems.filter(Boolean).join(', '),
  ];
}
