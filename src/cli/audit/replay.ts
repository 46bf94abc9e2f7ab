import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { RemainsSettings } from '../../config/state-dir.js';
import { JobSettings } from '../../config/writer-settings.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { errorText } from '../../logging/error-text.js';
import { readRun } from '../../runs/run-on-disk.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { onlyForcedIf, withDirectWriter } from '../direct-writer.js';
import { onEndingSignal } from '../ending-signals.js';
import { printError, printLine } from '../print-line.js';
import { RUN_DESCRIPTION, RUN_MISSING } from '../run-option.js';
import { startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';
import { brokerUrlOption, brokerUrlProblems } from './broker-url.js';
import { inWindow } from './in-window.js';
import { missingOfOthers } from './missing-of-others.js';
import { periodOf, periodOptions } from './period.js';
import { ReplayResults, stateWith } from './replay-results.js';
import type { FoundRequest, StateOnDisk } from './request-states.js';
import { isDeficient, requestsOfRun } from './run-requests.js';
import {
  type SelectedRequests,
  type Selection,
  readSelected,
  selectRequests,
} from './select-requests.js';
import { stateCounts, statesOf, textOf } from './status.js';
import { TRAILS } from './trail-argument.js';

const INTERRUPTED = 130;

const STATES: Readonly<Record<string, readonly StateOnDisk[]>> = {
  failed: ['failed'],
  lost: ['lost'],
  empty: ['empty'],
  cancelled: ['cancelled'],
  all: ['failed', 'lost', 'empty', 'complete'],
};
const BY_DEFAULT: readonly StateOnDisk[] = ['failed', 'lost', 'empty'];

/** `sf-databuffer audit replay`: acquires again what a trail asks for. */
export function replayCommand(): Command {
  return settingsCommand(
    'replay',
    {
      description:
        "Acquires again the requests in audit trails and .err files that 'audit status' calls " +
        'failed, lost or empty. The broker records each under a new id and has it written; with ' +
        '--direct this process writes. A file with more rows than the data buffer has now is kept, ' +
        'see --force. With --run it acquires the files of a run again by what its metadata asks for: by ' +
        'default those that are failed, lost or empty, lack channels, or have them at the wrong place; what ' +
        'others write and is not there is named. Exit code 0: every file is there, with rows; 1: some ' +
        'are not.',
      settings: [JobSettings],
      notRequired: 'data_api_url',
      arguments: [{ ...TRAILS, unless: 'run' }],
      options: [
        ...periodOptions(),
        new Option(
          '--state [state]',
          'failed, lost, empty, cancelled, or all: the first three, which are the default, and complete ones',
        ),
        new Option('--run [run]', RUN_DESCRIPTION),
        new Option('--file [name]', 'only this output file, with or without its folder'),
        new Option('--force', 'replace files even by ones with fewer rows'),
        new Option('--dry_run', 'only list the requests'),
        brokerUrlOption(),
        new Option('--direct', 'without a broker, with the settings of a writer'),
      ],
      defaults: { log_level: 'WARNING' },
      examples: [
        'sf-databuffer audit replay /var/log/sf_databuffer_audit.log --dry_run',
        'sf-databuffer audit replay data/run_0001.h5.err',
        'sf-databuffer audit replay --run data/p12345/raw/run0007',
        'sf-databuffer audit replay data/run_0001.h5.err --direct \\',
        '    --data_api_url http://localhost:8080/query',
      ],
    },
    replay,
  );
}

async function replay(line: CommandLine): Promise<void> {
  const { direct, dry_run: dryRun, broker_url: brokerUrl } = line.values;
  const force = line.values.force === true;
  const period = periodOf(line);
  const checked = withProblems(line, [...period.problems, ...problemsOf(line)]);
  const job = direct ? settingsFrom(checked, JobSettings) : undefined;
  const settings = job ?? settingsFrom(checked, RemainsSettings);
  startLogging(settings);
  const reader = new FileReader();
  const { states, selected, requests, missing } = await choose(line, period, settings, reader);
  printError(stateCounts(states));
  if (missing !== undefined) printError(missing);
  if (dryRun || selected.length === 0) {
    for (const state of selected) await printLine(textOf(state));
    await printLine(`${selected.length} to acquire again`);
    return;
  }
  const results = new ReplayResults(selected);
  const run = () =>
    job
      ? replayDirectly(requests, job, results, force)
      : viaBroker(requests, brokerUrl as string, results, { reader, force });
  const ended = await run().catch((error: unknown) => errorText(error));
  for (const text of results.finish()) await printLine(text);
  if (typeof ended === 'string') printError(`sf-databuffer: ${ended}`);
  process.exitCode = ended === true ? INTERRUPTED : results.complete ? 0 : 1;
}

/** What is on disk of all requests that were named, and those of them that are to be acquired again. */
async function choose(
  { values }: CommandLine,
  { includes }: Pick<Selection, 'includes'>,
  settings: RemainsSettings,
  reader: FileReader,
) {
  const { trail, run, file } = values as { trail: string[]; run?: string; file?: string };
  const asked = STATES[values.state as string];
  if (run === undefined) {
    const states = await statesOf(trail, settings, reader);
    const selected = selectRequests(states, { states: asked ?? BY_DEFAULT, includes, file });
    return { states, selected, requests: readSelected(selected), missing: undefined };
  }
  const found = await readRun(resolve(run));
  const { states, requestOf } = await requestsOfRun(found, settings.output_root, reader);
  const some = asked ? states : states.filter((each) => isDefault(each) || isDeficient(each));
  const selected = selectRequests(some, { states: asked ?? STATES.all, includes, file });
  const requests = selected.map((state) => ({ state, request: requestOf(state) }));
  return { states, selected, requests, missing: missingOfOthers(found, file) };
}

function isDefault({ state }: FoundRequest): boolean {
  return BY_DEFAULT.includes(state);
}

/** @returns whether it was interrupted */
async function viaBroker(
  selected: SelectedRequests,
  url: string,
  results: ReplayResults,
  options: { readonly reader: FileReader; readonly force: boolean },
): Promise<boolean> {
  const [{ BrokerClient }, { replayThroughBroker }] = await Promise.all([
    import('./broker-client.js'),
    import('./replay-through-broker.js'),
  ]);
  const ending = new AbortController();
  const abort = () => ending.abort();
  const letSignalsBe = onEndingSignal(abort);
  try {
    const { signal } = ending;
    const broker = new BrokerClient(url, signal, {
      otherwise: ', or go without one with --direct',
    });
    await replayThroughBroker(selected, broker, results, options, signal);
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  } finally {
    letSignalsBe();
  }
  return ending.signal.aborted;
}

/** @returns whether it was interrupted */
async function replayDirectly(
  selected: SelectedRequests,
  settings: JobSettings,
  results: ReplayResults,
  force: boolean,
): Promise<boolean> {
  let interrupted = false;
  await withDirectWriter(settings, async (writer, signal) => {
    // What is not handed over when the command is interrupted leaves no error file.
    const width = settings.concurrency;
    await inWindow(selected, width, signal, async ({ state, request }) => {
      const report = await writer.write(onlyForcedIf(force, request));
      const { failure, rows } = report;
      const message = failure && `${failure.message} [${failure.code}]`;
      results.add(state, { state: stateWith(report.state, rows), message });
    });
    interrupted = signal.aborted;
  });
  return interrupted;
}

function problemsOf({ values }: CommandLine): string[] {
  // A flag that lacks its value is true.
  const { state, file, run, direct, data_api_url } = values as Record<
    string,
    string | true | undefined
  >;
  const problems: string[] = [];
  if (run === true) problems.push(RUN_MISSING);
  if (run !== undefined && (values.trail as string[]).length > 0) {
    problems.push('--run goes without trails: leave out one of them');
  }
  if (state !== undefined && (state === true || !Object.hasOwn(STATES, state))) {
    problems.push('--state must be failed, lost, empty, cancelled or all');
  }
  if (file === true) problems.push('--file needs the name of an output file');
  problems.push(...brokerUrlProblems(values));
  if (data_api_url !== undefined && !direct) problems.push('--data_api_url goes with --direct');
  return problems;
}
