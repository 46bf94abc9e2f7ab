import type { RowSink } from '../../rows/row-sink.js';
import type { DataSource, Question } from '../data-source.js';
import { failedAt } from '../errors.js';
import type { Connections } from '../http/connections.js';
import type { DownloadLimits } from '../http/download-limits.js';
import type { ReplyResult } from '../reply-result.js';
import { type TimeRange, timeRangeOf } from '../time-range.js';
import { Api4Memory } from './cbor/api4-memory.js';
import { DownloadSlots } from './asking/download-slots.js';
import { KnownChannels } from './search/known-channels.js';
import { PulseMap } from './pulse-map.js';
import { Reading } from './asking/reading.js';

/** Shorter than for servers that send all channels in one reply: a channel that hangs is one of many. */
const LIMITS: DownloadLimits = { firstByteMs: 30_000, silenceMs: 30_000, valueMs: 60_000 };
const WAITS_MS = [250, 750];

export interface Api4SourceOptions {
  /** Base of the data API, `http://host/api/4`. */
  readonly url: string;
  readonly connections: Connections;
  /** Downloads at once. */
  readonly channelsAtOnce: number;
  /** Used by nobody else while this source reads. */
  readonly memory?: Api4Memory;
  /** For each channel. */
  readonly limits?: Partial<DownloadLimits>;
  /** Milliseconds before a question that brought nothing new is asked again; the last one for all further ones. */
  readonly waitsMs?: readonly number[];
  /** Milliseconds that a search for units and types may take when all data is there; 2 s by default. */
  readonly patienceMs?: number;
}

/**
 * Data API 4: one channel a request, framed CBOR, several requests at once.
 *
 * A range of pulse ids is mapped to times first, unless that was done for all sources together; rows outside of it
 * are left out. A channel is complete when its server says so, and asked for again until it does.
 */
export class Api4Source implements DataSource {
  readonly url: string;
  private readonly limits: DownloadLimits;
  private readonly waitsMs: readonly number[];
  private readonly slots: DownloadSlots;
  private readonly known: KnownChannels;
  private readonly pulseMap: PulseMap;
  private readonly memory: Api4Memory;

  constructor(options: Api4SourceOptions) {
    const { url, connections, channelsAtOnce, patienceMs } = options;
    this.url = url;
    this.memory = options.memory ?? new Api4Memory();
    this.limits = { ...LIMITS, ...options.limits };
    this.waitsMs = options.waitsMs ?? WAITS_MS;
    this.slots = new DownloadSlots(connections, channelsAtOnce);
    this.known = new KnownChannels(url, () => this.slots.aside, patienceMs);
    this.pulseMap = new PulseMap({ url, connections, limits: this.limits });
  }

  async read(question: Question, sink: RowSink): Promise<ReplyResult> {
    const { url, limits, waitsMs, slots, known, memory } = this;
    const times = question.times ?? (await this.timesOf(question));
    const tools = { url, limits, waitsMs, slots, known, memory };
    try {
      return await new Reading(question, sink, times, tools).run();
    } catch (error) {
      throw failedAt(url, error);
    }
  }

  private async timesOf({ expected, query, channels, signal }: Question): Promise<TimeRange> {
    if (expected.range === undefined) return timeRangeOf(query.range);
    return this.pulseMap.timesOf(expected.range, channels[0].backend, signal);
  }
}
