import type { RequestHead } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { isHealing, isOpen } from '../format/states.js';

/** Longer requests are fetched by the command itself: no shell takes lines of any length. */
const LONGEST_IN_COMMAND = 100_000;
/** Takes what is recorded out of `{"state":…,"status":…,"line":{…}}`: inside of texts quotes have a backslash. */
const LINE_OF_REPLY = `sed 's/^.*"line"://; s/}$//'`;

/** Whether it is settled, so that it can be acquired again without the same work being done twice. */
export function mayAcquireAgain(head: RequestHead): boolean {
  return !isOpen(head) && !isHealing(head);
}

/** Whether it still waits, so that it can be cancelled: queued, or failed and to be tried again by itself. */
export function mayCancel(head: RequestHead): boolean {
  return head.state === 'queued' || head.state === 'returned' || isHealing(head);
}

/**
 * Submits a request once more, as it was recorded.
 *
 * @returns the id of the new one
 * @throws Error with the broker's sentence, where it refuses
 */
export async function acquireAgain(
  id: string,
  { force = false, lane = 'background' }: { force?: boolean; lane?: 'live' | 'background' } = {},
): Promise<string> {
  const body = await recordedText(id);
  const reply = await call(`/requests?force=${force}&lane=${lane}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  return ((await reply.json()) as { request_id: string }).request_id;
}

/** @throws Error with the broker's sentence, where it refuses */
export async function cancel(id: string): Promise<void> {
  await call(`/requests/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/**
 * A command for a shell that acquires a request again: on its own, or, where the request is long, one that
 * fetches it from the broker first.
 *
 * @throws Error with the broker's sentence, where it does not know the request
 */
export async function curlCommand(id: string, origin = location.origin): Promise<string> {
  const text = await recordedText(id);
  const submit = `curl -X POST ${quoted(`${origin}/requests`)} -H 'Content-Type: application/json'`;
  if (text.length < LONGEST_IN_COMMAND) return `${submit} --data-raw ${quoted(text)}`;
  const line = `${origin}/requests/${encodeURIComponent(id)}/line`;
  return `curl -s ${quoted(line)} | ${LINE_OF_REPLY} | ${submit} --data-binary @-`;
}

/** The request as it was recorded, as JSON. */
async function recordedText(id: string): Promise<string> {
  const reply = await call(`/requests/${encodeURIComponent(id)}/line`);
  return JSON.stringify(((await reply.json()) as { line: unknown }).line);
}

async function call(path: string, init?: RequestInit): Promise<Response> {
  let reply: Response;
  try {
    reply = await fetch(path, init);
  } catch {
    throw new Error('The broker can’t be reached.');
  }
  if (reply.ok) return reply;
  throw new Error(messageOf(await reply.json().catch(() => undefined)));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
