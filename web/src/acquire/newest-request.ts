import { broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { jsonMembers, plainText } from '../request/json-members.js';

/** What the newest request has that the next one may have as well. */
export interface NewestRequest {
  readonly file?: string;
  readonly first?: number;
  readonly last?: number;
  /** Its `general/*` parameters by name. */
  readonly general: ReadonlyMap<string, string>;
}

/** Undefined where there is none. @throws Error with the broker's sentence */
export async function newestRequest(signal: AbortSignal): Promise<NewestRequest | undefined> {
  const { data, error } = await broker.GET('/requests', {
    params: { query: { limit: 1 } },
    signal,
  });
  if (!data) throw new Error(messageOf(error));
  const [head] = data.requests;
  if (!head) return undefined;
  const { data: recorded } = await broker.GET('/requests/{request_id}/line', {
    params: { path: { request_id: head.request_id } },
    signal,
  });
  // Its line may have been moved away; its range is known all the same.
  const members = recorded ? jsonMembers(recorded.line.parameters) : [];
  return {
    file: head.output_file,
    first: head.start_pulse_id,
    last: head.stop_pulse_id,
    general: new Map(members.map(({ name, text }) => [name, plainText(text)])),
  };
}
