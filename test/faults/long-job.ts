import { type PlannedRequest, channelOf, planned } from './planned-request.js';
import { Random } from './random.js';

/** Numbers of requests that take longer than RabbitMQ waits begin here. */
const FIRST = 1_000_000;
/** Seconds that their replies take: two to three times as long as RabbitMQ is told to wait. */
const LASTS = [20, 35] as const;

/** Numbers of so many long jobs. */
export function longJobs(count: number): number[] {
  return Array.from({ length: count }, (_, n) => FIRST + n);
}

/** The plan of a request of a run over RabbitMQ, by its number. */
export function plannedWithLongJobs(
  seed: number,
  stalls: boolean,
): (number: number) => PlannedRequest {
  return (number) => (number < FIRST ? planned(seed, number, stalls) : plannedLong(seed, number));
}

function plannedLong(seed: number, number: number): PlannedRequest {
  const random = new Random(seed, `request ${number}`);
  const start = random.whole(1, 1e10);
  return {
    number,
    file: `long/run-${number}.h5`,
    channels: [channelOf(number), 'FAULTS-FLOAT64-1-2'],
    range: { startPulseId: start, endPulseId: start + random.whole(100, 150) - 1 },
    compact: true,
    fault: 'slow',
    faulty: Infinity,
    lasts: random.whole(...LASTS),
    disk: undefined,
    poisoned: false,
    by: 'submission',
  };
}
