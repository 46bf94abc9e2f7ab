import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { CommonSettings } from '../../config/common-settings.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { readRun } from '../../runs/run-on-disk.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { printLine } from '../print-line.js';
import { RUN_DESCRIPTION, RUN_MISSING } from '../run-option.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { textTable } from '../text-table.js';
import type { ChannelCheck, FileCheck } from './check-contents.js';
import { checkFile } from './check-file.js';
import { type RunCheck, checkRun } from './check-run.js';
import { findRequest } from './find-request.js';
import { refuseTrail } from './refuse-trail.js';
import { runLines } from './run-lines.js';

/** `sf-databuffer check`: whether a file, or a run, has everything that was asked for. */
export function checkCommand(): Command {
  return settingsCommand(
    'check',
    {
      description:
        'Reads an HDF5 file, of this or of the Python implementation, and lists for each channel its ' +
        'rows, first and last pulse id, the pulses between two points (the median), points missing ' +
        'at that rate in the requested pulse range, and what is wrong with it. The range is that of the ' +
        'request, else the one in the file. A channel with fewer than two points may be a slow one: ' +
        'it counts as short only if no channel has two. With --run it does so for all files of a run, of ' +
        'this broker, of the one before it or of sf_daq_broker, by what the metadata of the run asks for; ' +
        'files that others write have to be there. Exit code 0: all is there; 1: not all.',
      settings: [CommonSettings],
      arguments: [{ name: 'file', description: 'HDF5 file', unless: 'run' }],
      options: [
        new Option(
          '--request [request]',
          'compare with a write request: an .err file, <trail>:<line>, or the text of a line',
        ),
        new Option('--run [run]', RUN_DESCRIPTION),
        new Option('--json', 'one JSON object'),
      ],
      examples: [
        'sf-databuffer check data/run_0001.h5',
        'sf-databuffer check data/run_0001.h5 \\',
        '    --request /var/log/sf_databuffer_audit.log:17',
        'sf-databuffer check --run data/p12345/raw/run0007',
        'sf-databuffer check --run data/p12345/raw/run_info/000000/run_000007.json',
      ],
    },
    check,
  );
}

async function check(line: CommandLine): Promise<void> {
  const { file, request: named, run, json } = line.values;
  startLogging(settingsFrom(withProblems(line, problemsOf(line)), CommonSettings));
  const reader = new FileReader();
  if (run !== undefined) {
    const result = await checkRun(await readRun(resolve(run as string)), reader);
    return tell(result, json ? [JSON.stringify(result)] : runLines(result));
  }
  const path = file as string;
  refuseTrail(path);
  const request =
    named === undefined ? undefined : parseWriteRequest(await findRequest(named as string));
  const result = await checkFile(path, request, reader);
  return tell(result, json ? [JSON.stringify({ file: path, ...result })] : linesOf(path, result));
}

async function tell({ complete }: FileCheck | RunCheck, lines: readonly string[]): Promise<void> {
  for (const text of lines) await printLine(text);
  process.exitCode = complete ? 0 : 1;
}

function problemsOf({ values: { file, request, run } }: CommandLine): string[] {
  const problems = [];
  if (request === true) problems.push('--request needs an .err file or <trail>:<line>');
  if (run === true) problems.push(RUN_MISSING);
  if (run === undefined) return problems;
  if (file !== undefined) problems.push('--run goes without a file: leave out one of them');
  if (request !== undefined) problems.push('--request goes with a file, not with --run');
  return problems;
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
  const unpulsed = channels.filter((channel) => channel.points_without_pulse_id > 0);
  return [
    id === undefined ? path : `${path}, of request ${id}`,
    '',
    ...textTable(COLUMNS, channels.map(cellsOf)),
    '',
    ...(others.length > 0 ? [`not asked for: ${others.join(', ')}`] : []),
    ...(unpulsed.length > 0
      ? [`without pulse ids: ${unpulsed.map(({ name }) => name).join(', ')}`]
      : []),
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
