import type { Handling } from '../../request/handling.js';
import { type Delivery, isAlone } from './delivery.js';
import type { Fleet } from './fleet.js';

/** Why a request is given up: of its failure. */
export interface GivenUp {
  readonly code: string;
  readonly message: string;
  /** Whether its cause can pass. */
  readonly passes?: boolean;
}

/** Code of the failure of a request that too many writers died of. */
export const WRITER_LOST = 'writer_lost';
/** Code of the failure of a request that its queue gave up. */
export const DEAD_LETTERED = 'dead_letter';

/**
 * How a request that is sent now is to be carried out; undefined where its writer is to do as those of releases
 * before. That is so for all that nothing has befallen while some peers don't report: what a writer gave back would
 * go to one of these, out of its turn, however many they have.
 *
 * @param isDown whether one of its places is down: then no other writer would do better
 * @param givenUp where only its error file is to be left
 */
export function handlingFor(
  delivery: Delivery,
  fleet: Fleet,
  isDown: boolean,
  givenUp?: GivenUp,
): Handling | undefined {
  const { triedBy = [], healing } = delivery;
  const isOrdinary = !givenUp && !healing && triedBy.length === 0 && !isAlone(delivery);
  if (fleet.keepsOrder && isOrdinary) return undefined;
  const { quarantined } = fleet;
  const heeded = quarantined.length > 0 && { quarantined };
  if (givenUp) {
    const { code, message, passes = false } = givenUp;
    return {
      ...heeded,
      // Anybody leaves the error file, but one that could not write the file may find no place beside it.
      ...(triedBy.length > 0 && fleet.others(triedBy) > 0 && { tried_by: triedBy }),
      ...{ give_up_code: code, give_up_message: message, give_up_passes: passes },
    };
  }
  return {
    ...heeded,
    ...(triedBy.length > 0 && { tried_by: triedBy }),
    ...(!isDown && fleet.hasAnother(triedBy) && { others: true }),
    ...(isAlone(delivery) && { alone: true }),
    ...(healing !== undefined && { healing: true }),
  };
}

/** The failure of a request that was given up without a report on it; undefined where it has one. */
export function unreportedFailure({ givenUp, deaths = 0 }: Delivery): GivenUp | undefined {
  if (givenUp?.isDeadLetter) return deadLettered();
  return givenUp?.isDeadly ? writerLost(deaths) : undefined;
}

/** The failure of a request that is among the dead letters of its queue. */
function deadLettered(): GivenUp {
  return {
    code: DEAD_LETTERED,
    message:
      'the queue gave it up: no writer took it, however often it was handed out, or it was rejected. It lies among ' +
      "the queue's dead letters: look at the writers' logs, then put it back from there, or acquire again",
  };
}

/** The failure of a request that too many writers died of. */
function writerLost(deaths: number): GivenUp {
  return {
    code: WRITER_LOST,
    message:
      `writers ended ${deaths} times while they wrote it, so it may be what ends them: look at their logs ` +
      'for memory limits or crashes',
  };
}
