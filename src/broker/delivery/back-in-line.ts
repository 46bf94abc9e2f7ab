import { type Delivery, isDeadly } from './delivery.js';
import { DEADLY } from './failed.js';

/** All that outlasts an attempt. */
export function lasting(delivery: Delivery): Partial<Delivery> {
  const { mayBeHeld, triedBy, stalledAt, undecided, givenUp } = delivery;
  const { healing, healsNoMore, deaths, givenUpAt } = delivery;
  const kept = {
    mayBeHeld,
    triedBy,
    stalledAt,
    undecided,
    givenUp,
    healing,
    healsNoMore,
    deaths,
    givenUpAt,
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

/** It waits to be sent again; or to be given up, where it is deadly. */
export function back(
  delivery: Delivery,
  state: 'queued' | 'returned' = 'queued',
  more: Partial<Delivery> = {},
): Delivery {
  const { attempt, givenUp } = delivery;
  const isGivenUp = givenUp === undefined && isDeadly(delivery);
  return {
    ...lasting(delivery),
    ...(isGivenUp && { givenUp: DEADLY }),
    state,
    attempt,
    ...more,
  };
}

/** Nobody says any more that they have it, and somebody may. */
export function lost(delivery: Delivery, more: Partial<Delivery> = {}): Delivery {
  return back(delivery, 'queued', { mayBeHeld: true, ...more });
}
