import { parseArgs } from 'node:util';
import { inProject } from './paths.js';

/** What can be measured, in the order in which it is. */
export const PARTS = [
  'S',
  'W',
  'I',
  'M',
  'B',
  'L',
  'ONE',
  'TWO',
  'SMALL',
  'MIXED',
  'GROWTH',
  'BROKER',
  'RESTART',
  'QUEUE',
  'RUNS',
  'C4S',
  'C4W',
  'C4L',
  'LAT',
] as const;
export type Part = (typeof PARTS)[number];

/** What is compared with another build if nothing else is asked for. */
const AGAINST: readonly Part[] = ['S', 'W', 'I', 'M', 'B', 'SMALL'];

export interface Options {
  readonly only: readonly Part[];
  readonly runs: number;
  /** Everything long is cut short: for a first look, not for numbers. */
  readonly quick: boolean;
  readonly seed: number;
  /** `cli/main.js` of the build that is measured. */
  readonly main: string;
  readonly profile: boolean;
  /** The writer's setting. */
  readonly nexus: string;
  /** The writer's setting; what is the default where it is not given. */
  readonly channelsAtOnce: number | undefined;
  /** The commit whose build is compared with it. */
  readonly against: string | undefined;
  /** With `against`: jobs of each process. */
  readonly jobs: number | undefined;
  /** Of QUEUE: how many wait for a writer. */
  readonly requests: number;
  /** Of QUEUE: lines of the long trail. */
  readonly lines: number;
}

export const HELP = `npm run bench -- [--only ${PARTS.join(',')}] [--runs 5] [--quick] [--seed 1]
  [--main <cli/main.js of another build>] [--profile] [--nexus on|off]
  [--channels_at_once <n>] [--requests 10000] [--lines 1000000] [--against <commit> [--jobs <n>]]

S W I M  against bench/baseline_h5py.py     TWO     two jobs of 4 x M at once
B        images, binary protocol            SMALL   1000 small requests
L        4 GB of W                          GROWTH  M once, 4 times, 16 times
ONE      one channel of 1 GB                BROKER  cycles of an acquisition
RESTART  a broker on a trail of 100,000 lines   MIXED   50 small requests beside a long job
QUEUE    over ZMQ and RabbitMQ: small requests over 1, 2 and 4 writers; --requests that wait for a writer;
         a trail of --lines. Needs no h5py. RABBITMQ_URL names another RabbitMQ than
         that of this machine; where none answers it is left out
RUNS     retrievals of 100 channels, into a pgroup without runs and into one with 1000
C4S C4W  data API 4, against bench/baseline_api4.py: scalars, waveforms
C4L      4 GB of C4W                        LAT     100 channels, 20 ms before each answer
--against  compares with the build of another commit, or with a cli/main.js, in turn: S, W, I, M, B and SMALL
           if not told otherwise, also L, ONE, C4S, C4W, C4L and LAT; --jobs of each process in each run
--profile  runs all but MIXED, GROWTH, BROKER, RESTART, QUEUE and RUNS three times and tells where the time goes`;

/** @throws where the command line is not understood */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      only: { type: 'string' },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      main: { type: 'string', default: inProject('dist/cli/main.js') },
      profile: { type: 'boolean', default: false },
      against: { type: 'string' },
      jobs: { type: 'string' },
      nexus: { type: 'string', default: 'on' },
      channels_at_once: { type: 'string' },
      requests: { type: 'string' },
      lines: { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const otherwise: readonly Part[] = values.against ? AGAINST : PARTS;
  const asked = values.only?.toUpperCase().split(',') ?? otherwise;
  const unknown = asked.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined)
    throw new Error(`--only ${unknown}: it is not a part of the benchmark`);
  return {
    only: PARTS.filter((part) => asked.includes(part)),
    runs: count('runs', values.runs, values.quick ? 1 : 5),
    quick: values.quick,
    seed: Number(values.seed),
    main: values.main,
    profile: values.profile,
    against: values.against,
    jobs: optionalCount('jobs', values.jobs),
    nexus: values.nexus,
    channelsAtOnce: optionalCount('channels_at_once', values.channels_at_once),
    requests: count('requests', values.requests, values.quick ? 500 : 10_000),
    lines: count('lines', values.lines, values.quick ? 10_000 : 1_000_000),
  };
}

function optionalCount(name: string, given: string | undefined): number | undefined {
  return given === undefined ? undefined : count(name, given, 1);
}

function count(name: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} must be a positive integer`);
  return value;
}
