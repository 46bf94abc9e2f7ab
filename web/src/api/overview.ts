import { type Overview, broker } from './broker.js';
import { setClock } from './clock.js';
import { callsAre } from './connection.js';
import { live } from './live.js';
import { messageOf } from './message-of.js';
import { Store, useReading, useStore } from './store.js';

const EVERY_MS = 2000;
/** A broker that takes longer is taken for gone. */
const PATIENCE_MS = 5000;

/** The broker at a glance; undefined before its first reply. What it said last stays when it is gone. */
export const overview = new Store<Overview | undefined>(undefined);

export function useOverview(): Overview | undefined {
  return useStore(overview);
}

/** Whether the page may change something: acquire, acquire again, cancel. */
export function useMayAct(): boolean {
  return useReading(overview, (present) => present?.page === 'full');
}

let next: ReturnType<typeof setTimeout> | undefined;
let isAsking = false;

/** Asks every two seconds while the page is seen, and at once when it is seen again or the broker found. */
export function followOverview(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void look();
  });
  live.onOpen(() => void look());
  void look();
}

/** Asks now. */
export async function look(): Promise<void> {
  if (isAsking) return;
  isAsking = true;
  clearTimeout(next);
  try {
    await ask();
  } finally {
    isAsking = false;
    if (document.visibilityState === 'visible') next = setTimeout(() => void look(), EVERY_MS);
  }
}

async function ask(): Promise<void> {
  const asked = Date.now();
  try {
    const { data, error } = await broker.GET('/overview', {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!data) {
      callsAre({ problem: messageOf(error) });
      return;
    }
    setClock(data.overview.time, asked);
    overview.set(data.overview);
    callsAre('answered');
  } catch {
    // It can't be reached, and why is not told to pages.
    callsAre({});
  }
}
