import { measureAgainst } from './against/measure.js';
import { measureBroker } from './broker-cycles.js';
import { isJob, jobOf } from './job-options.js';
import { measureJob } from './jobs.js';
import { Laboratory } from './laboratory.js';
import { machine } from './machine.js';
import { HELP, type Part, readOptions } from './options.js';
import { profile } from './profile.js';
import { pythonVersions, pythonWithH5py } from './python.js';
import { type Figures, jobTable, mixedTable, restartTable, targetTable } from './report.js';
import { measureMixed } from './mixed.js';
import { measureQueues } from './queue/measure.js';
import { queueTables } from './queue/tables.js';
import { measureRestarts } from './restart.js';
import { measureRuns } from './runs.js';
import { measureSmallRequests } from './small-requests.js';

/** These compare no files with the baseline's. */
const NO_PYTHON: readonly Part[] = ['BROKER', 'RESTART', 'QUEUE', 'RUNS'];

// The exit removes what was started and made. The signal may come more than once: npm passes on what the terminal
// has sent to all.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(1));
}
try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error);
  // Processes of a measurement that failed may still run; they end with this one.
  process.exit(1);
}

async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (!options) {
    console.log(HELP);
    return;
  }
  const python = pythonWithH5py();
  if (!python && !options.only.every((part) => NO_PYTHON.includes(part))) {
    console.log('Nothing measured: baseline and comparison need python3 with h5py.');
    return;
  }
  const lab = new Laboratory(options, python ?? 'python3');
  try {
    console.log(options.profile ? await profiles(lab) : await report(lab, python));
  } finally {
    lab.clear();
  }
}

async function report(lab: Laboratory, python: string | undefined): Promise<string> {
  const { against } = lab.options;
  const measured = against ? await measureAgainst(lab, against) : tables(await measure(lab));
  return [
    ...machine(python ? pythonVersions(python) : 'no h5py', lab.folder).map((line) => `- ${line}`),
    `- ${lab.options.runs} runs, seed ${lab.options.seed}${lab.options.quick ? ', **cut short**' : ''}`,
    ...measured.flatMap((each) => ['', each]),
  ].join('\n');
}

function tables(figures: Figures): string[] {
  return [
    ...(figures.jobs.length + figures.growth.length > 0 ? [jobTable(figures)] : []),
    ...(figures.mixed.length > 0 ? [mixedTable(figures)] : []),
    ...(figures.restarts.length > 0 ? [restartTable(figures)] : []),
    ...(figures.queue ? queueTables(figures.queue) : []),
    targetTable(figures),
  ];
}

async function measure(lab: Laboratory): Promise<Figures> {
  const channelsAtOnce = lab.build.channelsAtOnce(lab.options);
  const figures: Figures = { jobs: [], growth: [], mixed: [], restarts: [], channelsAtOnce };
  for (const part of lab.options.only) {
    if (part === 'SMALL') {
      figures.small = await measureSmallRequests(lab, lab.options.quick ? 200 : 1000);
    } else if (part === 'MIXED') {
      figures.mixed.push(...(await measureMixed(lab, 50)));
    } else if (part === 'BROKER') {
      figures.broker = await measureBroker(lab, lab.options.quick ? 100 : 1000);
    } else if (part === 'RESTART') {
      figures.restarts.push(...(await measureRestarts(lab, lab.options.quick ? 1000 : 100_000)));
    } else if (part === 'QUEUE') {
      figures.queue = await measureQueues(lab);
    } else if (part === 'RUNS') {
      figures.runs = await measureRuns(lab, lab.options.quick ? 20 : 200);
    } else if (part === 'GROWTH') {
      for (const blocks of lab.options.quick ? [1, 4] : [1, 4, 16]) {
        const name = `M × ${blocks}`;
        figures.growth.push(await measureJob(lab, { name, workload: 'M', blocks }));
      }
    } else if (part === 'B' && lab.binaryImpossible) {
      console.error(`B is left out: ${lab.binaryImpossible}.`);
    } else {
      figures.jobs.push(await measureJob(lab, jobOf(part, lab.options)));
    }
  }
  return figures;
}

async function profiles(lab: Laboratory): Promise<string> {
  const texts: string[] = [];
  for (const part of lab.options.only) {
    if (part === 'SMALL') {
      texts.push(await profile(lab, { name: part, workload: part }, 300));
    } else if (isJob(part) && (part !== 'B' || !lab.binaryImpossible)) {
      texts.push(await profile(lab, jobOf(part, lab.options)));
    }
  }
  return texts.join('\n\n');
}
