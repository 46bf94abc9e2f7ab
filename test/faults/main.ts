import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunOptions } from './laboratory.js';
import { resultTables } from './report.js';
import { night } from './night.js';
import { run } from './run.js';

const HELP = `npm run faults -- [--night] [--seed 1] [--requests 1000] [--minutes 7] [--writers 3] [--no_mount] [--keep]
  [--main <cli/main.js of another build>]

Breaks writers, broker, data API, disks, clocks, files and connections while requests are made over so many minutes,
and checks what became of each. Takes two minutes more; exit code 1 where something does not hold.
--night     a night of beam time instead: outages, a full disk, a request that kills, writers that can't work, a long
            job; 700 requests by default, and some minutes more
--no_mount  full disks are limits on the size of files, instead of small ones that are mounted
--keep      keeps the folder with all logs and files`;

// What was started and mounted goes with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const { isNight, options } = readOptions(process.argv.slice(2));
if (options) {
  const result = await (isNight ? night(options) : run(options));
  console.log(resultTables(result));
  for (const violation of result.violations) console.log(`VIOLATED: ${violation}`);
  console.log(
    result.violations.length === 0
      ? 'Everything holds.'
      : `${result.violations.length} violations.`,
  );
  process.exitCode = result.violations.length === 0 ? 0 : 1;
} else {
  console.log(HELP);
}

/** @throws where the command line is not understood */
function readOptions(args: readonly string[]): { isNight: boolean; options?: RunOptions } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      seed: { type: 'string', default: '1' },
      night: { type: 'boolean', default: false },
      requests: { type: 'string' },
      minutes: { type: 'string', default: '7' },
      writers: { type: 'string', default: '3' },
      no_mount: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      main: { type: 'string', default: 'dist/cli/main.js' },
    },
  });
  const isNight = values.night;
  if (values.help) return { isNight };
  const numbers = [
    values.seed,
    values.requests ?? (isNight ? '700' : '1000'),
    values.minutes,
    values.writers,
  ];
  const [seed, requests, minutes, writers] = numbers.map(Number);
  if (!Number.isSafeInteger(seed)) throw new Error('--seed must be a whole number');
  if (!Number.isInteger(requests) || requests < 20)
    throw new Error('--requests must be 20 or more');
  if (!Number.isInteger(writers) || writers < 2) throw new Error('--writers must be 2 or more');
  if (!(minutes > 0)) throw new Error('--minutes must be a positive number');
  const options = {
    ...{ seed, requests, minutes, writers },
    main: resolve(values.main),
    dataApi: fileURLToPath(new URL('data-api-process.js', import.meta.url)),
    clock: fileURLToPath(new URL('stepping-clock.js', import.meta.url)),
    mount: !values.no_mount,
    keep: values.keep,
    say: (text: string) => console.error(`${performance.now().toFixed(0).padStart(7)} ms  ${text}`),
  };
  return { isNight, options };
}
