import { type RequestHead, broker } from '../api/broker.js';
import { type Batch, live } from '../api/live.js';
import { Store, useStore } from '../api/store.js';
import { lookOf } from '../format/states.js';

/** An acquisition makes up to two files: one of the cameras, one of all other channels. */
const FILES = 2;

const latest = new Store<readonly RequestHead[]>([]);

/** The requests of the last acquisition, as they are now; those acquired again are none. */
export function useLastFiles(): readonly RequestHead[] {
  return useStore(latest);
}

/** Follows them by events. */
export function followLastFiles(): void {
  void live.started.then(fetchLatest);
  live.subscribe(take);
}

/** What came by events while a reply was on its way: it is newer. */
let meanwhile: Map<string, RequestHead> | undefined;

async function fetchLatest(): Promise<void> {
  const query = { lane: 'live', limit: FILES } as const;
  const newer = new Map<string, RequestHead>();
  meanwhile = newer;
  // Where the broker can't be reached, the page says so, and a gap follows when it is found again.
  const reply = await broker.GET('/requests', { params: { query } }).catch(() => undefined);
  if (meanwhile === newer) meanwhile = undefined;
  if (!reply?.data) return;
  const byId = new Map(reply.data.requests.map((head) => [head.request_id, head]));
  latest.set(newest([...new Map([...byId, ...newer]).values()]));
}

function take({ heads, isGap }: Batch): void {
  if (isGap) void fetchLatest();
  const changed = [...heads.values()].filter(({ lane }) => lane === 'live');
  if (changed.length === 0) return;
  const byId = new Map(latest.value.map((head) => [head.request_id, head]));
  for (const head of changed) {
    byId.set(head.request_id, head);
    meanwhile?.set(head.request_id, head);
  }
  latest.set(newest([...byId.values()]));
}

function newest(heads: readonly RequestHead[]): readonly RequestHead[] {
  const sorted = [...heads].sort((a, b) => (b.sequence ?? 0) - (a.sequence ?? 0));
  const [last] = sorted;
  // Requests of one acquisition are made together, for the same pulses.
  const together = sorted.filter(
    ({ start_pulse_id, stop_pulse_id, accepted }) =>
      start_pulse_id === last!.start_pulse_id &&
      stop_pulse_id === last!.stop_pulse_id &&
      accepted === last!.accepted,
  );
  return together
    .slice(0, FILES)
    .reverse()
    .sort((a, b) => urgency(a) - urgency(b));
}

/** What needs somebody comes first. */
function urgency(head: RequestHead): number {
  const { tone } = lookOf(head);
  if (tone === 'failed') return 0;
  return tone === 'attention' ? 1 : 2;
}
