import { HELD_STATES } from './held.js';
import { WRITE_STATES } from './write-report.js';

export const OPEN_STATES = ['queued', 'sent', ...HELD_STATES, 'returned'] as const;
export const SETTLED_STATES = [...WRITE_STATES, 'unconfirmed', 'recorded'] as const;
export const REQUEST_STATES = [...OPEN_STATES, ...SETTLED_STATES] as const;

/**
 * Where a request stands before it is settled: waiting to be sent; handed over for a writer; named
 * by one, see {@link HeldState}; given back by one and waiting to be sent again.
 */
export type OpenState = (typeof OPEN_STATES)[number];

/**
 * The outcome of a request: as a writer reported it; `unconfirmed`, handed to a writer that does not
 * report; `recorded` only, as `--audit_trail_only` has it.
 */
export type SettledState = (typeof SETTLED_STATES)[number];

/** Where a request stands, or what became of it. */
export type RequestState = OpenState | SettledState;

/**
 * Why a request that was sent, and that no writer named for a lease, is not sent again yet: a connected writer
 * that never said hello may have it; or it was sent in vain before, so that the wait grows.
 */
export const UNNAMED_REASONS = ['silent_writer', 'growing_wait'] as const;

/**
 * Why a request is queued that could be sent: writers gave it back, as none was free; a writer failed that may
 * be at fault itself, and another one is to try it; its data source or its folder is down, and others find out
 * whether it is back.
 */
export const QUEUED_REASONS = [
  'free_slot',
  'another_writer',
  'source_down',
  'folder_down',
] as const;

/** Why a request waits for something but its turn. */
export const WAIT_REASONS = [...UNNAMED_REASONS, ...QUEUED_REASONS] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

export function isSettled(state: RequestState): state is SettledState {
  return (SETTLED_STATES as readonly string[]).includes(state);
}
