import type { FailureFacts } from './failed.js';
import type { WaitReason } from '../../report/request-state.js';
import { lost } from './back-in-line.js';
import { type Delivery, isHealing, isWaiting } from './delivery.js';
import type { EventOf } from './delivery-event.js';

/** The longest wait before a request that no writer names is sent once more, in leases. */
const MAX_WAIT = 10;
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
function leased(delivery: Delivery, { now, lease, unnamed }: EventOf<'tick'>): Delivery {
  const { attempt, holder, leaseEnds, sentInVain = 0 } = delivery;
  if (leaseEnds === undefined || now < leaseEnds) return delivery;
  if (holder !== undefined) return lost(delivery);
  if (unnamed === 'unconfirmed') return { state: 'unconfirmed', attempt };
  const waitEnds = leaseEnds + (Math.min(2 ** sentInVain, MAX_WAIT) - 1) * lease;
  if (unnamed === 'held_back') return waiting(delivery, 'silent_writer');
  if (now < waitEnds) return waiting(delivery, 'growing_wait');
  return lost(delivery, { sentInVain: sentInVain + 1 });
}

function waiting(delivery: Delivery, waitsFor: WaitReason): Delivery {
  return delivery.waitsFor === waitsFor ? delivery : { ...delivery, waitsFor };
}
