import type { Outcome } from './check-files.js';
import type { RequestHistory } from './client.js';
import { isPlain } from './night-plan.js';
import { REPLY_FAULTS } from './reply-faults.js';
import type { Missing, Timeline } from './timeline.js';

/** Until a service finds out that a place is back: the longest wait between two probes, and the probe. */
const PROBE_S = 20;
const DEATHS = 5;

/** The longest time for which a live request could go, and none was written. */
export interface Wait {
  readonly number: number;
  readonly seconds: number;
  readonly from: number;
  readonly to: number;
}

/** Whether each request of a night came to the end that its plan has. */
export function checkNightEnds(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ plan, told }) => {
    const { number, fault, kills = 0 } = plan;
    const { state, failure, deaths = 0, lane } = told;
    const what = `request ${number} (${plan.file})`;
    const why = failure ? ` (${failure.code}: ${failure.message})` : '';
    const wrong: string[] = [];
    if (lane !== (plan.by === 'acquisition' ? 'live' : 'background'))
      wrong.push(`${what} is in the lane ${lane}`);
    if (told.no_error_file !== undefined)
      wrong.push(`${what} has no error file: ${told.no_error_file}`);
    if (kills === Infinity) {
      const isGivenUp = state === 'failed' && failure?.code === 'writer_lost' && deaths >= DEATHS;
      return isGivenUp
        ? wrong
        : [...wrong, `${what} kills its writers, and is ${state} after ${deaths} deaths${why}`];
    }
    const expected = fault ? REPLY_FAULTS[fault].ends : 'written';
    if (state !== expected) wrong.push(`${what} (${fault ?? 'no fault'}) is ${state}${why}`);
    return wrong;
  });
}

/**
 * For each live request that was written: the longest time in which it could have been, and neither it nor
 * another live one was. What is missing meanwhile does not count, nor the time until that can be known.
 *
 * @param lease of the broker, s
 */
export function waitsOfLive(
  lives: readonly { readonly outcome: Outcome; readonly record: RequestHistory }[],
  timeline: Timeline,
  lease: number,
): Wait[] {
  const written = lives.flatMap(({ outcome, record }) => {
    const at = record.history.findLast(({ state }) => state === 'written')?.time;
    return at === undefined ? [] : [{ outcome, record, at }];
  });
  const ends = written.map(({ at }) => at).sort((a, b) => a - b);
  return written
    .filter(({ outcome: { plan } }) => isPlain(plan))
    .map(({ outcome: { plan }, record, at }) => {
      const allowances = new Map<Missing, number>([
        ['data API', PROBE_S],
        ['broker', lease],
        ...(plan.onFillingDisk ? [['disk', PROBE_S] as const] : []),
        // One that was lost with its writer is sent again.
        ...(record.attempt > 1 ? [['writer', lease] as const] : []),
      ]);
      const moments = [
        record.accepted,
        ...ends.filter((end) => end > record.accepted && end <= at),
      ];
      const spans = moments.slice(1).map((to, n): Wait => {
        const from = moments[n];
        return { number: plan.number, seconds: timeline.clear(from, to, allowances), from, to };
      });
      return spans.reduce((longest, each) => (each.seconds > longest.seconds ? each : longest));
    });
}

/** Error files in state folders whose request does not fail any more. @param left the line in each, and its name */
export function checkLeftInState(
  left: ReadonlyMap<string, string>,
  outcomes: readonly Outcome[],
): string[] {
  const byLine = new Map(outcomes.map((each) => [each.accepted.line, each]));
  return [...left].flatMap(([line, name]) => {
    const outcome = byLine.get(line);
    if (!outcome) return [`${name} in a state folder has the line of no request`];
    const { plan, told } = outcome;
    return told.state === 'failed'
      ? []
      : [`${name} is left in a state folder, and request ${plan.number} is ${told.state}`];
  });
}
