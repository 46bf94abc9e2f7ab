import type { RequestHead } from '../api/broker.js';
import { isHealing, isIncomplete } from '../format/states.js';
import type { Filter } from '../shell/route.js';

/** Whether a request belongs to a list, as the broker would say: for requests that come by events. */
export function matches(head: RequestHead, filter: Filter): boolean {
  const { state, lane, healing, incomplete, search } = filter;
  if (state.length > 0 && !state.includes(head.state)) return false;
  if (lane !== undefined && head.lane !== lane) return false;
  if (healing !== undefined && isHealing(head) !== healing) return false;
  if (incomplete !== undefined && isIncomplete(head) !== incomplete) return false;
  const sought = search.toLowerCase();
  return [head.output_file ?? '', head.request_id].some((text) =>
    text.toLowerCase().includes(sought),
  );
}
