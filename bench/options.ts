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
] as const;
export type Part = (typeof PARTS)[number];

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
}

export const HELP = `npm run bench -- [--only ${PARTS.join(',')}] [--runs 5] [--quick] [--seed 1]
  [--main <cli/main.js of another build>] [--profile] [--nexus on|off]

S W I M  against bench/baseline_h5py.py     TWO     two jobs of 4 x M at once
B        images, binary protocol            SMALL   1000 small requests
L        4 GB of W                          GROWTH  M once, 4 times, 16 times
ONE      one channel of 1 GB                BROKER  cycles of an acquisition
RESTART  a broker on a trail of 100,000 lines   MIXED   50 small requests beside a long job
--profile  runs all but MIXED, GROWTH, BROKER and RESTART three times and tells where the time goes`;

/** @throws where the command line is not understood */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      only: { type: 'string', default: PARTS.join(',') },
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      main: { type: 'string', default: inProject('dist/cli/main.js') },
      profile: { type: 'boolean', default: false },
      nexus: { type: 'string', default: 'on' },
    },
  });
  if (values.help) return undefined;
  const asked = values.only.toUpperCase().split(',');
  const unknown = asked.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined)
    throw new Error(`--only ${unknown}: it is not a part of the benchmark`);
  const runs = Number(values.runs ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs must be a positive integer');
  return {
    only: PARTS.filter((part) => asked.includes(part)),
    runs,
    quick: values.quick,
    seed: Number(values.seed),
    main: values.main,
    profile: values.profile,
    nexus: values.nexus,
  };
}
