import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataApiProtocol } from '../../config/writer-settings.js';
import { backendOf } from '../../request/channel.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { dataApiRequest } from '../../request/write-request.js';
import type { DataSource } from '../data-source.js';
import { DATA_SOURCES, type SourceAddress } from '../data-sources.js';
import { failedAt, HttpFailure } from '../errors.js';
import { Connections } from '../http/connections.js';
import { endpointOf } from '../http/endpoint.js';
import type { ReplyHeaders } from '../http/reply-handler.js';
import { fetchSmallJson } from '../http/small-reply.js';
import { ReadingMemory } from '../json/reading-memory.js';
import type { ReplyResult } from '../reply-result.js';
import { type SeenChannel, SeenRows } from './seen-rows.js';

const MOST_ROWS = 100_000;
const SPILL_BYTES = 4 * 1024 * 1024;

/** Seconds since the epoch. */
export interface Moments {
  readonly start: number;
  readonly end: number;
}

/** What came of a question. */
export interface Answer {
  readonly result: ReplyResult;
  readonly channels: ReadonlyMap<string, SeenChannel>;
  readonly headers: ReplyHeaders;
  /** From the question to the first byte, and to the last one. */
  readonly firstByteSeconds: number;
  readonly seconds: number;
}

/** A server that is asked just as a writer asks it. */
export class DataServer {
  readonly connections: Connections;
  private readonly source: DataSource;
  private readonly spillBuffer = new Uint8Array(SPILL_BYTES);

  constructor(
    readonly address: SourceAddress,
    readonly protocol: DataApiProtocol,
    private readonly options: ConstructorParameters<typeof Connections>[0],
  ) {
    this.connections = new Connections(options);
    const { connections } = this;
    this.source = DATA_SOURCES[protocol](address, { connections, memory: new ReadingMemory() });
  }

  /** The same server for somebody else, with a connection of its own. */
  again(): DataServer {
    return new DataServer(this.address, this.protocol, this.options);
  }

  /**
   * Asks for channels in a range.
   *
   * @param sink for the rows, if they are of interest however it ends
   * @throws DataSourceError, TooManyRows
   */
  async ask(
    names: readonly string[],
    range: PulseRange | Moments,
    sink = new SeenRows(MOST_ROWS),
  ): Promise<Answer> {
    const byPulses = 'startPulseId' in range;
    const channels = names.map((name) => ({ name, backend: backendOf(name) }));
    const query = dataApiRequest(channels, byPulses ? range : { startPulseId: 0, endPulseId: 0 });
    const begun = performance.now();
    const passed = () => (performance.now() - begun) / 1000;
    let firstByteSeconds: number | undefined;
    let headers: ReplyHeaders = {};
    try {
      const result = await this.source.read(
        {
          channels,
          expected: { channels: names, range: byPulses ? range : undefined },
          query: byPulses ? { ...query } : { ...query, range: asSeconds(range) },
          spillBuffer: this.spillBuffer,
          spoolPath: join(tmpdir(), `sf-databuffer-probe-${randomUUID()}`),
          signal: new AbortController().signal,
          received: () => (firstByteSeconds ??= passed()),
          answered: (given) => (headers = given),
        },
        sink,
      );
      const { channels: seen } = sink;
      const seconds = passed();
      return { result, channels: seen, headers, seconds, firstByteSeconds: firstByteSeconds ?? 0 };
    } catch (error) {
      throw failedAt(this.address.url, error);
    }
  }

  /** The channels that it lists, or the API beside it where it has no such call. @throws DataSourceError */
  async channelsLike(regex?: string): Promise<string[]> {
    const { url, mappingUrl } = this.address;
    try {
      return await this.channelsAt(url, regex);
    } catch (error) {
      const isUnknown = error instanceof HttpFailure && !error.transient;
      if (!isUnknown || mappingUrl === undefined) throw error;
      return this.channelsAt(mappingUrl, regex);
    }
  }

  private async channelsAt(api: string, regex: string | undefined): Promise<string[]> {
    const { connections } = this;
    const body = JSON.stringify({ regex });
    return namesIn(await fetchSmallJson({ url: endpointOf(api, '/channels'), body, connections }));
  }

  async close(): Promise<void> {
    await this.connections.close();
  }
}

/** As text with milliseconds, which every protocol takes. */
function asSeconds({ start, end }: Moments) {
  return { startSeconds: start.toFixed(3), endSeconds: end.toFixed(3) };
}

/** The names in `[{"backend", "channels": [names]}]`. */
function namesIn(reply: unknown): string[] {
  const lists = Array.isArray(reply) ? (reply as unknown[]) : [];
  return lists
    .flatMap((list) => (list as { channels?: unknown } | null)?.channels ?? [])
    .filter((name): name is string => typeof name === 'string' && name !== '');
}
