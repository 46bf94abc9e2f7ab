import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunOptions } from './laboratory.js';
import { resultTables, type RunResult } from './report.js';
import { Network } from './network.js';
import { runInNetwork } from './network-run.js';
import { night } from './night.js';
import { RabbitMqNode } from './rabbitmq-node.js';
import { runOverRabbitMq } from './rabbitmq-run.js';
import { run } from './run.js';

const HELP = `npm run faults -- [--night | --queue rabbitmq [--network]] [--seed 1] [--requests 1000] [--minutes 7]
  [--writers 3] [--no_mount] [--keep] [--main <cli/main.js of another build>]

Breaks writers, broker, data API, disks, clocks, files and connections while requests are made over so many minutes,
and checks what became of each. Takes two minutes more; exit code 1 where something does not hold.
--night           a night of beam time instead: outages, a full disk, a request that kills, writers that can't work, a
                  long job; 700 requests by default, and some minutes more
--queue rabbitmq  two brokers, and RabbitMQ between them and the writers: a node of its own, which is killed, stopped
                  and cut off as well; in the end jobs that take longer than it waits, which take five minutes more
--network         with it: broker, RabbitMQ and each writer on a host of its own, in network namespaces; one at a time
                  is cut off, slowed, or without power, and returns. Needs root
--no_mount        full disks are limits on the size of files, instead of small ones that are mounted
--keep            keeps the folder with all logs and files`;

/** A run, or why it can't be made. */
interface Choice {
  readonly obstacle?: string;
  readonly make: (options: RunOptions) => Promise<RunResult>;
}

// What was started and mounted goes with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const read = readOptions(process.argv.slice(2));
if (!read) {
  console.log(HELP);
} else if (read.obstacle !== undefined) {
  console.error(`This run can't be made here: ${read.obstacle}.`);
  process.exitCode = 2;
} else {
  const { violations, ...rest } = await read.make(read.options);
  console.log(resultTables({ violations, ...rest }));
  for (const violation of violations) console.log(`VIOLATED: ${violation}`);
  console.log(violations.length === 0 ? 'Everything holds.' : `${violations.length} violations.`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

/** @throws where the command line is not understood */
function readOptions(args: readonly string[]): (Choice & { options: RunOptions }) | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      seed: { type: 'string', default: '1' },
      night: { type: 'boolean', default: false },
      queue: { type: 'string', default: 'zmq' },
      network: { type: 'boolean', default: false },
      requests: { type: 'string' },
      minutes: { type: 'string', default: '7' },
      writers: { type: 'string', default: '3' },
      no_mount: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      main: { type: 'string', default: 'dist/cli/main.js' },
    },
  });
  if (values.help) return undefined;
  const isNight = values.night;
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
  return { ...choose(values.queue, isNight, values.network), options };
}

/** @throws where what was asked for does not go together */
function choose(queue: string, isNight: boolean, isNetwork: boolean): Choice {
  if (queue !== 'zmq' && queue !== 'rabbitmq') throw new Error('--queue must be zmq or rabbitmq');
  if (queue === 'zmq') {
    if (isNetwork) throw new Error('--network needs --queue rabbitmq');
    return { make: isNight ? night : run };
  }
  if (isNight) throw new Error('--night is over ZMQ: leave --queue out');
  if (!RabbitMqNode.isInstalled) {
    return { obstacle: 'rabbitmq-server is not installed', make: runOverRabbitMq };
  }
  if (!isNetwork) return { make: runOverRabbitMq };
  return { obstacle: Network.obstacle, make: runInNetwork };
}
