import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataApiProtocol } from '../../config/writer-settings.js';
import { backendOf } from '../../request/channel.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { dataApiRequest } from '../../request/write-request.js';
import { PulseMap } from '../api4/pulse-map.js';
import type { DataSource } from '../data-source.js';
import { DATA_SOURCES, type SourceAddress } from '../data-sources.js';
import { failedAt, HttpFailure } from '../errors.js';
import { Connections } from '../http/connections.js';
import { endpointOf } from '../http/endpoint.js';
import type { ReplyHeaders } from '../http/reply-handler.js';
import { fetchSmallJson } from '../http/small-reply.js';
import type { ReplyResult } from '../reply-result.js';
import { SourceMemory } from '../source-memory.js';
import type { TimeRange } from '../time-range.js';
import { searchedNames } from './api4/channel-search.js';
import { EventsCall } from './api4/events.js';
import { type SeenChannel, SeenRows } from './seen-rows.js';

const MOST_ROWS = 100_000;
const SPILL_BYTES = 4 * 1024 * 1024;
const CHANNELS_AT_ONCE = 10;

/** Where a server is, and what there is beside it. */
export interface ServerAddress extends SourceAddress {
  /** A data API 4 that knows channels and times of pulses: itself, or one beside that of the cameras. */
  readonly api4Url?: string;
}

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
  readonly channelsAtOnce: number;
  private readonly source: DataSource;
  private eventsCall: EventsCall | undefined;
  private readonly spillBuffer = new Uint8Array(SPILL_BYTES);

  constructor(
    readonly address: ServerAddress,
    readonly protocol: DataApiProtocol,
    private readonly options: ConstructorParameters<typeof Connections>[0],
  ) {
    this.connections = new Connections(options);
    const { connections } = this;
    this.source = DATA_SOURCES[protocol](address, { connections, memory: new SourceMemory() });
    this.channelsAtOnce = address.channelsAtOnce ?? CHANNELS_AT_ONCE;
  }

  /** Single questions of data API 4, beside the source's own. */
  get events(): EventsCall {
    return (this.eventsCall ??= new EventsCall(this.address.url, this.options));
  }

  /** When pulses were, by data API 4. @throws DataSourceError */
  async timesOf(range: PulseRange): Promise<TimeRange> {
    const { address, connections } = this;
    const url = address.api4Url ?? address.url;
    return new PulseMap({ url, connections }).timesOf(range, 'sf-databuffer');
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
      const isMapped = byPulses && this.address.api4Url !== undefined;
      const result = await this.source.read(
        {
          times: isMapped ? await this.timesOf(range) : undefined,
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

  /** The call that lists channels, for messages. */
  get listCall(): string {
    return this.address.api4Url === undefined ? 'POST /channels' : 'search/channel';
  }

  /** The channels that it lists, or the API beside it where it has no such call. @throws DataSourceError */
  async channelsLike(regex?: string): Promise<string[]> {
    const { url, mappingUrl, api4Url } = this.address;
    if (api4Url !== undefined) return searchedNames(api4Url, regex ?? '.*', this.connections);
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
