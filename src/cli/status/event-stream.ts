import type { Readable } from 'node:stream';

/** One server-sent event. */
export interface ServerEvent {
  /** Of the last event that had one. */
  readonly id: string | undefined;
  readonly kind: string;
  readonly data: string;
}

/** The events of a stream as they come; comments are passed over. @throws what the stream fails with */
export async function* eventsOf(stream: Readable): AsyncGenerator<ServerEvent, void> {
  let id: string | undefined;
  let [kind, data]: [string, string[]] = ['message', []];
  for await (const line of linesOf(stream)) {
    if (line === '') {
      if (data.length > 0) yield { id, kind, data: data.join('\n') };
      [kind, data] = ['message', []];
      continue;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line)!;
    if (field === 'id') id = value;
    else if (field === 'event') kind = value;
    else if (field === 'data') data.push(value);
  }
}

/** Not by readline, which tells nobody that its input failed. */
async function* linesOf(stream: Readable): AsyncGenerator<string, void> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop()!;
    yield* lines;
  }
}
