import type { PulseRange } from '../../request/pulse-range.js';
import { Connections } from '../http/connections.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import type { Question } from '../data-source.js';
import { questionFor } from '../question.fixture.js';
import type { ReplyResult } from '../reply-result.js';
import { type Api4SourceOptions, Api4Source } from './api4-source.js';
import { batch, FINAL } from './cbor/cbor.fixture.js';
import { MEMORY } from './rows/read-replies.fixture.js';
import { type Answer, DataServers, status } from './data-server.fixture.js';

const FIRST = 1_700_000_000_000_000_000n;
export const RANGE: PulseRange = { startPulseId: 1, endPulseId: 5 };

/** When a pulse was. */
export function timeOf(pulse: number): bigint {
  return FIRST + BigInt(pulse) * 10_000_000n + 7n;
}

/** Rows of a channel whose values are its pulse ids. */
export function rows(...pulses: number[]): Buffer {
  return batch({ scalar_type: 'f64', tss: pulses.map(timeOf), pulses, values: pulses });
}

/** A whole answer. */
export function reply(...frames: Uint8Array[]): Answer {
  return (response) => void response.end(Buffer.concat(frames));
}

export const WHOLE = [reply(rows(1, 2, 3, 4, 5), FINAL)];

/** A reply that breaks off after these bytes. */
export function brokenOff(...frames: Uint8Array[]): Answer {
  return (response) => {
    const bytes = Buffer.concat(frames);
    response.writeHead(200, { 'content-length': bytes.length + 1 });
    response.write(bytes, () => setImmediate(() => response.destroy()));
  };
}

/** A question that a server never answers. */
export const silence: Answer = () => undefined;

/** What a channel is asked, and how often before. */
export interface Asked {
  readonly start: string;
  readonly end: string;
  readonly before: number;
}

/** Answers of a channel: one after another, the last one to all further questions; or as it is asked. */
export type Script = readonly Answer[] | ((asked: Asked) => Answer);

export interface ScriptedServer {
  readonly url: string;
  /** Paths and queries, in order. */
  readonly asked: readonly string[];
  /** By channel: the begins of its questions. */
  readonly begins: ReadonlyMap<string, readonly string[]>;
}

/** Servers of data API 4 whose channels do what a test tells; those that it does not know are not there. */
export class EventsServers {
  private readonly servers = new DataServers();
  private readonly connections: Connections[] = [];

  async serve(
    channels: Readonly<Record<string, Script>>,
    search: Answer = status(200, '{"channels":[]}'),
    mapping?: Answer,
  ): Promise<ScriptedServer> {
    const begins = new Map<string, string[]>();
    const { url, asked } = await this.servers.serve(({ pathname, searchParams }) => {
      const pulse = /\/map\/pulse\/sf-databuffer\/(\d+)$/.exec(pathname)?.[1];
      if (pulse !== undefined) return mapping ?? status(200, String(timeOf(Number(pulse))));
      if (pathname.endsWith('/search/channel')) return search;
      const name = searchParams.get('channelName')!;
      const script = Object.hasOwn(channels, name) ? channels[name] : undefined;
      if (script === undefined) return status(404, '{"message":"not found"}');
      const earlier = begins.get(name) ?? [];
      const before = earlier.length;
      const [start, end] = [searchParams.get('begDate')!, searchParams.get('endDate')!];
      begins.set(name, [...earlier, start]);
      if (typeof script === 'function') return script({ start, end, before });
      return script[Math.min(before, script.length - 1)];
    });
    return { url, asked, begins };
  }

  /** A source that tries again at once. */
  source(url: string, options: Partial<Api4SourceOptions> = {}): Api4Source {
    const connections = new Connections({});
    this.connections.push(connections);
    return new Api4Source({
      url,
      connections,
      channelsAtOnce: 4,
      waitsMs: [1],
      memory: MEMORY,
      ...options,
    });
  }

  /** Reads some channels over the usual range. */
  async read(
    url: string,
    channels: readonly string[],
    options: Partial<Api4SourceOptions> & {
      readonly sink?: RecordingSink;
      readonly question?: Partial<Question>;
    } = {},
  ): Promise<ReplyResult & { readonly sink: RecordingSink }> {
    const { sink = new RecordingSink(), question = {}, ...own } = options;
    const asked = { ...questionFor(channels, RANGE), ...question };
    return { ...(await this.source(url, own).read(asked, sink)), sink };
  }

  /** As they may all go down at once. */
  closeServers(): Promise<void> {
    return this.servers.close();
  }

  /** Ends the connections of all sources, then the servers. */
  async close(): Promise<void> {
    for (const each of this.connections.splice(0)) await each.close();
    await this.closeServers();
  }
}
