import { back, lasting, lost } from './back-in-line.js';
import { type Delivery, isAway, isDeadly, isHealing, isOver, isWaiting } from './delivery.js';
import type { DeliveryEvent, EventOf } from './delivery-event.js';
import { DEADLY, counted, decisive, isForAnother } from './failed.js';
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
      return isAway(delivery) ? delivery : sent(delivery, event);
    case 'named':
      return named(delivery, event);
    case 'outcome':
      return outcome(delivery, event);
    case 'returned':
      return event.attempt < attempt || !isAway(delivery)
        ? delivery
        : back({ ...delivery, attempt: event.attempt }, 'returned');
    case 'refused':
      return event.attempt < attempt || !isAway(delivery) ? delivery : refused(delivery, event);
    case 'writer-gone':
      return isAway(delivery) && delivery.holder === event.writer ? lost(delivery) : delivery;
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

function sent(delivery: Delivery, { leaseEnds, others }: EventOf<'sent'>): Delivery {
  const { attempt, sentInVain, refused: before } = delivery;
  return {
    ...lasting(delivery),
    ...(sentInVain !== undefined && { sentInVain }),
    ...(before !== undefined && { refused: before }),
    ...(others === true && { others }),
    state: 'sent',
    attempt: attempt + 1,
    leaseEnds,
  };
}

function named(delivery: Delivery, event: EventOf<'named'>): Delivery {
  const { writer, attempt, state, leaseEnds, wait, mark = '', now = 0 } = event;
  if (attempt < delivery.attempt || isNoMoreHeld(delivery, attempt)) return delivery;
  if (isTakenFrom(delivery, writer)) return delivery;
  const { progress: before, others, refused: times } = delivery;
  const place = `${writer} ${state} ${mark}`;
  const hasBegun = state !== 'received';
  return {
    ...lasting(delivery),
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

function refused(delivery: Delivery, { notBefore }: EventOf<'refused'>): Delivery {
  const { attempt, refused: before, sentInVain } = delivery;
  return back(delivery, 'queued', {
    attempt: attempt - 1,
    refused: { times: (before?.times ?? 0) + 1, notBefore },
    ...(sentInVain !== undefined && { sentInVain }),
  });
}

function died(delivery: Delivery, attempt: number): Delivery {
  const charged = { ...delivery, deaths: (delivery.deaths ?? 0) + 1 };
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
 * `unconfirmed`. `written` is final, with one exception: if an older request has replaced the file after all, the request is sent again.
 */
function overturned(delivery: Delivery, event: DeliveryEvent): Delivery {
  const { state, attempt, cancelled = false } = delivery;
  if (event.type === 'overwritten') {
    return state === 'written' ? { state: 'queued', attempt } : delivery;
  }
  if (event.type !== 'outcome') return delivery;
  const yieldsToFile = state === 'failed' || cancelled;
  const yields = state === 'unconfirmed' || (yieldsToFile && event.state === 'written');
  return yields ? { state: event.state, attempt: event.attempt } : delivery;
}
