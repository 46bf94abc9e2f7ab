import { lasting, lost } from './back-in-line.js';
import type { Delivery } from './delivery.js';
import type { EventOf } from './delivery-event.js';

/** The longest wait before a request that no writer names is sent once more, in leases. */
const MAX_WAIT = 10;
const PATIENCE_LEASES = 4;
const SHORTEST_PATIENCE_S = 120;

/** For how many seconds a request that a queue keeps has to be unnamed until it may be missing there. */
export function patience(lease: number): number {
  return Math.max(PATIENCE_LEASES * lease, SHORTEST_PATIENCE_S);
}

/** When the wait ends for a request that was sent in vain so often before: twice as long each time. */
export function waitEnd(leaseEnds: number, sentInVain: number, lease: number): number {
  return leaseEnds + (Math.min(2 ** sentInVain, MAX_WAIT) - 1) * lease;
}

/** The delivery of a request that its queue keeps, when its lease has run out: no lease says that it is lost. */
export function leftWithQueue(
  delivery: Delivery,
  leaseEnds: number,
  { now, lease, unnamed }: EventOf<'tick'>,
): Delivery {
  const { holder, sentInVain = 0 } = delivery;
  if (holder !== undefined) return handedOn(delivery, now + patience(lease));
  if (unnamed !== 'again' || now < waitEnd(leaseEnds, sentInVain, lease)) return delivery;
  return lost(delivery, { sentInVain: sentInVain + 1 });
}

/** Its holder is gone: the queue hands it to another writer, as the same attempt. */
export function handedOn(delivery: Delivery, leaseEnds: number): Delivery {
  const { attempt, others, refused, sentInVain } = delivery;
  return {
    ...lasting(delivery),
    ...(sentInVain !== undefined && { sentInVain }),
    ...(refused !== undefined && { refused }),
    ...(others === true && { others }),
    state: 'sent',
    attempt,
    leaseEnds,
    kept: true,
  };
}

/** The queue has it no more, and its holder has it still: the lease applies to it from now on. */
export function takenOff(
  { kept: _kept, ...delivery }: Delivery,
  leaseEnds = delivery.leaseEnds,
): Delivery {
  return { ...delivery, leaseEnds };
}

/** The queue has lost it. */
export function lostByQueue(delivery: Delivery, leaseEnds: number): Delivery {
  if (delivery.kept !== true) return delivery;
  return delivery.holder === undefined ? lost(delivery) : takenOff(delivery, leaseEnds);
}
