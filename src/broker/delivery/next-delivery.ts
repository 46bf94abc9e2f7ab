import { back, lasting, lost } from './back-in-line.js';
import { type Delivery, isAway, isDeadly, isHealing, isOver, isWaiting } from './delivery.js';
import type { DeliveryEvent, EventOf } from './delivery-event.js';
import { DEAD, DEADLY, counted, decisive, isForAnother } from './failed.js';
import { handedOn, lostByQueue, takenOff } from './kept.js';
import { decided, later } from './overdue.js';

/**
 * The delivery after an event; the same object if the event changes nothing.
 *
 * An attempt that is not the current one counts only for `written`: the file is there, whoever wrote
 * it. (A number above the current one is that of a predecessor's sending whose note was lost.)
 */
export function next(delivery: Delivery, event: DeliveryEvent): Delivery {
  if (isOver(delivery)) return overturned(delivery, event);
  const { attempt } = delivery;
  switch (event.type) {
    case 'sent':
      return handedOver(delivery, event);
    case 'named':
      return named(delivery, event);
    case 'taken':
      return taken(delivery, event);
    case 'outcome':
      return outcome(delivery, event);
    case 'returned':
      return ends(delivery, event)
        ? back({ ...delivery, attempt: event.attempt }, 'returned')
        : delivery;
    case 'refused':
      return ends(delivery, event) ? refused(delivery, event) : delivery;
    case 'dead-lettered':
      return ends(delivery, event) ? dead(delivery, event.attempt) : delivery;
    case 'put-back':
      return putBack(delivery, event);
    case 'writer-gone':
      return writerGone(delivery, event);
    case 'queue-lost':
      return lostByQueue(delivery, event.leaseEnds);
    case 'died':
      return died(delivery, event.attempt);
    case 'stalled':
      return stalled(delivery, event);
    case 'superseded':
      if (isWaiting(delivery)) return { state: 'superseded', attempt };
      return isHealing(delivery) ? { state: 'failed', attempt } : delivery;
    case 'replayed':
      if (delivery.healsNoMore) return delivery;
      if (isHealing(delivery)) return { state: 'failed', attempt };
      return { ...delivery, healsNoMore: true };
    case 'cancelled':
      return isAway(delivery) ? delivery : { state: 'recorded', attempt, cancelled: true };
    case 'nobody-else':
      return isWaiting(delivery) ? decided(delivery) : delivery;
    case 'left-without':
      return isWaiting(delivery) && delivery.givenUp
        ? counted(delivery, attempt, delivery.givenUp, event.time)
        : delivery;
    case 'tick':
      return later(delivery, event);
    case 'overwritten':
      return delivery;
    default:
      return event satisfies never;
  }
}

/** Whether the sending that comes to its end is the present one. */
function ends(
  delivery: Delivery,
  { attempt, keeps }: EventOf<'returned' | 'refused' | 'dead-lettered'>,
): boolean {
  if (isAway(delivery)) return attempt >= delivery.attempt;
  return keeps === true && attempt > delivery.attempt;
}

function handedOver(delivery: Delivery, event: EventOf<'sent'>): Delivery {
  const { kept, attempt = delivery.attempt + 1 } = event;
  if (!isAway(delivery)) return attempt > delivery.attempt ? sent(delivery, event) : delivery;
  // A writer may name it before the queue has confirmed it.
  const isKept = kept === true && attempt === delivery.attempt && delivery.kept !== true;
  return isKept ? { ...delivery, kept } : delivery;
}

function sent(delivery: Delivery, { leaseEnds, others, kept }: EventOf<'sent'>): Delivery {
  const { attempt, sentInVain, refused: before } = delivery;
  return {
    ...lasting(delivery),
    ...(sentInVain !== undefined && { sentInVain }),
    ...(before !== undefined && { refused: before }),
    ...(others === true && { others }),
    state: 'sent',
    attempt: attempt + 1,
    leaseEnds,
    ...(kept === true && { kept }),
  };
}

function named(delivery: Delivery, event: EventOf<'named' | 'taken'>): Delivery {
  const { writer, attempt, state, leaseEnds, wait, mark = '', now = 0 } = event;
  if (attempt < delivery.attempt || isNoMoreHeld(delivery, attempt)) return delivery;
  if (isTakenFrom(delivery, writer)) return delivery;
  const { progress: before, others, refused: times } = delivery;
  const place = `${writer} ${state} ${mark}`;
  const hasBegun = state !== 'received';
  const { kept } = attempt === delivery.attempt ? delivery : {};
  return {
    ...lasting(delivery),
    ...(kept === true && { kept }),
    ...(others === true && { others }),
    ...(times !== undefined && !hasBegun && { refused: times }),
    ...(wait !== undefined && { wait }),
    ...(event.mark !== undefined && {
      progress: before?.mark === place ? before : { mark: place, since: now },
    }),
    state,
    attempt,
    holder: writer,
    leaseEnds,
  };
}

function taken(delivery: Delivery, event: EventOf<'taken'>): Delivery {
  const held = named(delivery, event);
  return held === delivery ? delivery : takenOff(held);
}

/** Whether it stalled at that writer, which has it still, and another one is to have it. */
function isTakenFrom({ stalledAt = [], triedBy = [], holder }: Delivery, writer: string): boolean {
  return holder !== writer && stalledAt.includes(writer) && triedBy.includes(writer);
}

/** Whether the writer that names it must have done so before it gave it back, or failed. */
function isNoMoreHeld(delivery: Delivery, attempt: number): boolean {
  if (isAway(delivery) || delivery.mayBeHeld === true) return false;
  const { state, refused: before, attempt: last } = delivery;
  return state === 'returned' || before !== undefined || (attempt === last && last > 0);
}

function outcome(delivery: Delivery, event: EventOf<'outcome'>): Delivery {
  const { attempt, state, writer, failure, time } = event;
  const isOld = isHealing(delivery) ? attempt <= delivery.attempt : attempt < delivery.attempt;
  if (isOld && state !== 'written') return delivery;
  if (state !== 'failed' || !time) return { state, attempt };
  const facts = delivery.givenUp ?? (failure && decisive(failure, delivery.undecided?.failure));
  if (!facts) return { state, attempt };
  const isPromised = delivery.others === true || event.isForAnother === true;
  const isTried = delivery.givenUp === undefined && isPromised;
  if (writer !== undefined && isTried && isForAnother(facts)) {
    return back(delivery, 'queued', {
      attempt,
      triedBy: [...(delivery.triedBy ?? []), writer],
      undecided: { until: time.now + time.lease, failure: facts },
    });
  }
  return counted(delivery, attempt, facts, time);
}

function refused(delivery: Delivery, event: EventOf<'refused'>): Delivery {
  const { attempt, refused: before, sentInVain, kept, holder } = delivery;
  const { notBefore, writer, leaseEnds } = event;
  // It was handed out anew, and acknowledged: the queue has it no more, but its holder has.
  if (kept && holder !== undefined && holder !== writer) return takenOff(delivery, leaseEnds);
  return back(delivery, 'queued', {
    // Not confirmed yet, it was one: so that the confirmation is not taken for that of another sending.
    attempt: isAway(delivery) ? attempt - 1 : event.attempt,
    refused: { times: (before?.times ?? 0) + 1, notBefore },
    ...(sentInVain !== undefined && { sentInVain }),
  });
}

/** It is not tried any more: only its error file is to be left. Once: that may end in the same way. */
function dead(delivery: Delivery, attempt: number): Delivery {
  if (delivery.givenUp) return { state: 'failed', attempt };
  return back(delivery, 'queued', { attempt, givenUp: DEAD });
}

/** Whatever it was given up for by its queue does not count any more. */
function putBack(delivery: Delivery, { attempt, now }: EventOf<'put-back'>): Delivery {
  const { healing, givenUp } = delivery;
  if (isHealing(delivery)) return { ...delivery, healing: { ...healing!, due: now } };
  if (givenUp?.isDeadLetter) return back({ ...delivery, givenUp: undefined });
  return isAway(delivery) && attempt >= delivery.attempt ? back(delivery) : delivery;
}

function writerGone(delivery: Delivery, { writer, leaseEnds }: EventOf<'writer-gone'>): Delivery {
  if (!isAway(delivery) || delivery.holder !== writer) return delivery;
  return delivery.kept ? handedOn(delivery, leaseEnds ?? Infinity) : lost(delivery);
}

function died(delivery: Delivery, attempt: number): Delivery {
  const charged = { ...delivery, deaths: (delivery.deaths ?? 0) + 1 };
  // The queue hands it on by itself; a writer gives back what was handed out too often.
  if (delivery.kept) return charged;
  if (isAway(delivery)) return attempt >= delivery.attempt ? lost(charged) : charged;
  return isWaiting(delivery) && isDeadly(charged) ? { ...charged, givenUp: DEADLY } : charged;
}

function stalled(delivery: Delivery, { writer, elsewhere }: EventOf<'stalled'>): Delivery {
  const { stalledAt = [], triedBy = [] } = delivery;
  if (!isAway(delivery) || delivery.holder !== writer) return delivery;
  const all = stalledAt.includes(writer) ? stalledAt : [...stalledAt, writer];
  // Once: whoever has it then keeps it.
  if (elsewhere && all.length === 1) {
    return lost(delivery, { stalledAt: all, triedBy: [...triedBy, writer] });
  }
  return all === stalledAt ? delivery : { ...delivery, stalledAt: all };
}

/**
 * `written` replaces a failure, and a cancel where a lost writer still had the request; any outcome replaces
 * `unconfirmed`. `written` is final, with one exception: if an older request has replaced the file after all, the request is sent
 * again. So is a failed one that somebody put back from its queue's dead letters.
 */
function overturned(delivery: Delivery, event: DeliveryEvent): Delivery {
  const { state, attempt, cancelled = false } = delivery;
  if (event.type === 'overwritten') {
    return state === 'written' ? { state: 'queued', attempt } : delivery;
  }
  if (event.type === 'put-back') {
    return state === 'failed' ? { state: 'queued', attempt } : delivery;
  }
  if (event.type !== 'outcome') return delivery;
  const yieldsToFile = state === 'failed' || cancelled;
  const yields = state === 'unconfirmed' || (yieldsToFile && event.state === 'written');
  return yields ? { state: event.state, attempt: event.attempt } : delivery;
}
