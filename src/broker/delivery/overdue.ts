import type { FailureFacts } from './failed.js';
import type { WaitReason } from '../../report/request-state.js';
import { lost } from './back-in-line.js';
import { type Delivery, isHealing, isWaiting } from './delivery.js';
import type { EventOf } from './delivery-event.js';
import { leftWithQueue, waitEnd } from './kept.js';

/** The delivery after some time. */
export function later(delivery: Delivery, tick: EventOf<'tick'>): Delivery {
  const { undecided, givenUp } = delivery;
  if (isHealing(delivery)) return delivery;
  if (!isWaiting(delivery)) return leased(delivery, tick);
  if (givenUp || !undecided || tick.now < undecided.until) return delivery;
  const { failure } = undecided;
  // Nobody else could try it in time: it is not known whether the one that did was at fault.
  return decided(delivery, { ...failure, passes: true });
}

/** Nobody does better: the failure counts, once its error file is left. */
export function decided(
  delivery: Delivery,
  failure: FailureFacts | undefined = delivery.undecided?.failure,
): Delivery {
  if (!failure || delivery.givenUp) return delivery;
  return { ...delivery, undecided: undefined, givenUp: failure };
}

/** A lease that ran out. If no writer ever named the request, it is unknown which one took it. */
function leased(delivery: Delivery, tick: EventOf<'tick'>): Delivery {
  const { attempt, holder, leaseEnds, kept, sentInVain = 0 } = delivery;
  const { now, lease, unnamed } = tick;
  if (leaseEnds === undefined || now < leaseEnds) return delivery;
  if (kept) return leftWithQueue(delivery, leaseEnds, tick);
  if (holder !== undefined) return lost(delivery);
  if (unnamed === 'unconfirmed') return { state: 'unconfirmed', attempt };
  if (unnamed === 'held_back') return waiting(delivery, 'silent_writer');
  if (now < waitEnd(leaseEnds, sentInVain, lease)) return waiting(delivery, 'growing_wait');
  return lost(delivery, { sentInVain: sentInVain + 1 });
}

function waiting(delivery: Delivery, waitsFor: WaitReason): Delivery {
  return delivery.waitsFor === waitsFor ? delivery : { ...delivery, waitsFor };
}
