import { Random } from '../../faults/random.js';
import type { ReplyScript } from './reply-script.js';
import {
  SCALAR_TYPES,
  type ScalarType,
  type ServedChannel,
  type ServedEvent,
  type Value,
} from './served-channel.js';
import { randomElement } from './values.js';
import { PULSES, timeOfPulse } from './zoo.js';

/** A channel like any, and how a server replies until all of it has come. */
export interface RandomChannel {
  readonly channel: ServedChannel;
  readonly scripts: readonly ReplyScript[];
}

/** Channels of all types and rates, whose replies are cut, broken and gone on with at random. */
export function randomChannels(seed: number, count: number): RandomChannel[] {
  return Array.from({ length: count }, (_, i) =>
    randomChannel(new Random(seed, `channel ${i}`), i),
  );
}

function randomChannel(random: Random, number: number): RandomChannel {
  const type = random.pick(SCALAR_TYPES);
  const length = random.chance(0.5) ? undefined : random.pick([1, 2, 3, 7, 31, 300]);
  const isPulsed = random.chance(0.85);
  const channel: ServedChannel = {
    ...{ name: `RANDOM-${number}:${type}`, type, isPulsed },
    events: randomEvents(random, type, length),
    enumElements: random.pick(['ix', 'index', 'pair', 'bare']),
    ...(random.chance(0.5) && {
      found: { type, shape: length === undefined ? [] : [length], unit: random.pick(['', 'V']) },
    }),
  };
  return { channel, scripts: randomScripts(random) };
}

function randomEvents(random: Random, type: ScalarType, length: number | undefined): ServedEvent[] {
  const events: ServedEvent[] = [];
  const every = random.pick([1, 1, 2, 10]);
  const oddOnes = random.pick([0, 0, 0.15]);
  for (let pulse = PULSES.start - 20; pulse <= PULSES.stop + 20; pulse += every) {
    if (random.chance(0.05)) continue;
    const mayDiffer = pulse > PULSES.start + 12 * every && random.chance(oddOnes);
    const own = mayDiffer && length !== undefined ? random.whole(0, 2 * length) : length;
    const value: Value =
      own === undefined
        ? randomElement(type, random)
        : Array.from({ length: own }, () => randomElement(type, random));
    const time = timeOfPulse(pulse) + BigInt(random.whole(0, 999));
    events.push({ pulse, time, value });
  }
  return events;
}

/** Some faulty replies, and then one that is whole; in each of them the events come anyhow. */
function randomScripts(random: Random): ReplyScript[] {
  const spelled = (): ReplyScript => ({
    batch: random.pick([1, 3, 20, 200]),
    isNoisy: random.chance(0.5),
    hasOneBefore: random.chance(0.2),
    seed: random.whole(1, 2 ** 31),
    style: {
      indefinite: random.chance(0.2),
      wide: random.chance(0.2),
      isShuffled: random.chance(0.2),
      hasUnknownKeys: random.chance(0.2),
    },
    body: random.pick(['chunked', 'length', 'gzip'] as const),
  });
  const faulty = (): ReplyScript => {
    const events = random.whole(0, 60);
    return random.pick<ReplyScript>([
      { status: 500 },
      { status: 500, message: 'backend is busy' },
      { status: 408 },
      { ...spelled(), events, final: 'missing' },
      { ...spelled(), events, final: 'missing', hasContinueAt: true },
      { ...spelled(), events, ending: 'in a frame' },
      { ...spelled(), body: 'chunked', events, ending: 'breaks' },
      { ...spelled(), body: 'length', events, ending: 'breaks' },
    ]);
  };
  const faults = random.pick([0, 0, 1, 1, 2]);
  const final = random.pick([undefined, 'first', 'twice'] as const);
  return [...Array.from({ length: faults }, faulty), { ...spelled(), final }];
}
