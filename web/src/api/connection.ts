import { Store } from './store.js';

/**
 * How the page stands to the broker. `live`: replies and events come; `refused`: replies come, but the broker
 * takes no further reader of events; `lost`: it can't be reached.
 */
export interface Connection {
  readonly state: 'connecting' | 'live' | 'refused' | 'lost';
  /** Since when it is lost, in seconds since the epoch by the browser's clock. */
  readonly since?: number;
  /** What the broker says, where it answers but with an error. */
  readonly problem?: string;
}

type Stream = 'opening' | 'open' | 'broken' | 'refused';
type Calls = 'none' | 'answered' | { readonly problem?: string };

export const connection = new Store<Connection>({ state: 'connecting' });

let stream: Stream = 'opening';
let calls: Calls = 'none';

/** The stream of events noticed something. */
export function streamIs(state: Stream): void {
  stream = state;
  settle();
}

/** A call was answered, or not: with the broker's sentence where it was an error. */
export function callsAre(state: Exclude<Calls, 'none'>): void {
  calls = state;
  settle();
}

function settle(): void {
  const before = connection.value;
  const state = present();
  const problem = typeof calls === 'object' ? calls.problem : undefined;
  if (before.state === state && before.problem === problem) return;
  if (state !== 'lost') connection.set({ state });
  else connection.set({ state, problem, since: before.since ?? Date.now() / 1000 });
}

function present(): Connection['state'] {
  if (typeof calls === 'object' || stream === 'broken') return 'lost';
  if (stream === 'refused') return 'refused';
  return stream === 'open' && calls === 'answered' ? 'live' : 'connecting';
}
