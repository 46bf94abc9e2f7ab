import type { components } from './openapi.js';

type RequestHead = components['schemas']['RequestHead'];

/** Something that happened at the broker. */
export type BrokerEvent =
  /** A request came into another state, or made progress. */
  | {
      readonly kind: 'state' | 'progress';
      readonly id: string | undefined;
      readonly request: RequestHead;
    }
  /** Events were missed, and the broker no longer has them. */
  | { readonly kind: 'gap'; readonly id: undefined }
  /** Of delivery as a whole: `outage`, `stall`, `quarantine`. */
  | {
      readonly kind: string & {};
      readonly id: string | undefined;
      readonly facts: Readonly<Record<string, unknown>>;
    };

/** The broker says something each 15 s. */
const SILENCE_MS = 45_000;

/**
 * The events of a reply to `GET /events`, until it ends. Whoever leaves early ends it.
 *
 * @throws what the connection ends with; an error where nothing came for 45 s
 */
export async function* eventsIn(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<BrokerEvent, void> {
  let [id, kind, data] = [undefined as string | undefined, 'message', ''];
  for await (const line of linesIn(body)) {
    if (line === '') {
      if (data !== '') yield eventOf(kind, id, data);
      [kind, data] = ['message', ''];
      continue;
    }
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'id') id = value;
    else if (field === 'event') kind = value;
    else if (field === 'data') data += value;
  }
}

function eventOf(kind: string, id: string | undefined, data: string): BrokerEvent {
  if (kind === 'gap') return { kind, id: undefined };
  const facts = JSON.parse(data) as Record<string, unknown>;
  if (kind !== 'state' && kind !== 'progress') return { kind, id, facts };
  return { kind, id, request: facts as unknown as RequestHead };
}

async function* linesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await heard(reader.read());
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/);
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    // A connection that failed can't be ended any more.
    await reader.cancel().catch(() => undefined);
  }
}

async function heard<T>(reading: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the events have stopped')), SILENCE_MS);
  });
  try {
    return await Promise.race([reading, silence]);
  } finally {
    clearTimeout(timer);
  }
}
