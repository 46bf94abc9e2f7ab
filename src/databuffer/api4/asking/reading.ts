import { setMaxListeners } from 'node:events';
import type { Channel } from '../../../request/channel.js';
import type { RowSink } from '../../../rows/row-sink.js';
import { Spool } from '../../../rows/spool.js';
import type { Question } from '../../data-source.js';
import type { Connections } from '../../http/connections.js';
import { download } from '../../http/download.js';
import type { DownloadLimits } from '../../http/download-limits.js';
import { InterleavedChannels } from '../../interleaved-channels.js';
import type { ReplyResult } from '../../reply-result.js';
import type { TimeRange } from '../../time-range.js';
import type { Api4Memory } from '../cbor/api4-memory.js';
import { ChannelReader } from '../rows/channel-reader.js';
import { type AskEvents, ChannelTask } from './channel-task.js';
import type { DownloadSlots } from './download-slots.js';
import { eventQuery, FRAMED_CBOR } from './event-query.js';
import { HeadFirst } from './head-first.js';
import type { KnownChannels, Lookup } from '../search/known-channels.js';
import { finish, Outcomes } from './outcomes.js';

/** Seconds between questions for channels whose data may still come. */
const FIRST_HOPE_S = 0.5;
const MAX_HOPE_S = 8;
/** Channels of which the server said nothing, where it says nothing of any: so many times as go at once. */
const MAX_ROUNDS_IN_VAIN = 3;
/** After so many of them the last channels are asked for: it may be the first ones that hang. */
const ROUNDS_FROM_THE_FRONT = 1;

export interface ReadingTools {
  readonly url: string;
  readonly limits: DownloadLimits;
  readonly slots: DownloadSlots;
  readonly memory: Api4Memory;
  readonly known: KnownChannels;
  readonly waitsMs: readonly number[];
}

/** Reads the answer to one question. */
export class Reading {
  private readonly channels: readonly Channel[];
  private readonly spool: Spool;
  private readonly sink: InterleavedChannels;
  private readonly headFirst: HeadFirst;
  private readonly ended = new AbortController();
  private readonly lookup: Lookup;
  /** By the place of their channels. */
  private readonly open = new Map<number, ChannelTask>();
  private readonly outcomes: Outcomes;
  private bytes = 0;

  /** @param times what is asked for */
  constructor(
    private readonly question: Question,
    sink: RowSink,
    private readonly times: TimeRange,
    private readonly tools: ReadingTools,
  ) {
    // As many as there are downloads.
    setMaxListeners(0, this.ended.signal);
    const byName = new Map(question.channels.map((channel) => [channel.name, channel]));
    this.channels = [...byName.values()];
    this.outcomes = new Outcomes(this.channels, question.expected);
    this.spool = new Spool(question.spoolPath, question.spillBuffer);
    this.sink = new InterleavedChannels(sink, [...byName.keys()], this.spool);
    const atOnce = Math.min(tools.slots.atOnce, this.channels.length);
    this.headFirst = new HeadFirst(this.channels.length, atOnce, this.spool);
    this.lookup = tools.known.lookUp(this.channels, this.ended.signal);
  }

  /** @throws DataSourceError that is a matter of the server, not of single channels; what the sink throws */
  async run(): Promise<ReplyResult> {
    const { signal } = this.question;
    const abort = () => this.end(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      signal.throwIfAborted();
      await this.each(this.placesToAsk(), (task, ask) => task.run(ask));
      // Those that only may have more have waited as long as those that hung, and the time for that may be over.
      if ([...this.open.values()].some(({ hasTimedOut }) => hasTimedOut)) {
        await this.each([...this.open.keys()], (task, ask) =>
          task.hasTimedOut ? task.run(ask) : task.runAgain(ask),
        );
      }
      await this.hopeForMore();
      for (const place of [...this.open.keys()].sort((a, b) => a - b)) await this.close(place);
      await this.lookup.wait();
      return this.outcomes.result(this.bytes, this.lookup, this.sink.failures);
    } finally {
      signal.removeEventListener('abort', abort);
      this.end(new Error('over'));
      for (const { reader } of this.open.values()) reader.abandon();
      this.spool.close();
    }
  }

  /** The places of all channels, in their order as long as the server says something. */
  private *placesToAsk(): Generator<number> {
    const many = ROUNDS_FROM_THE_FRONT * this.tools.slots.atOnce;
    for (let first = 0, last = this.channels.length - 1; first <= last;) {
      yield this.outcomes.isSilent(many) ? last-- : first++;
    }
  }

  /** Asks again for channels of which more may come, all together, so that the thread is free between. */
  private async hopeForMore(): Promise<void> {
    const { hope } = this.question;
    for (let wait = FIRST_HOPE_S; this.open.size > 0; wait = Math.min(2 * wait, MAX_HOPE_S)) {
      const left = hope?.left() ?? 0;
      if (hope === undefined || left <= 0) return;
      await hope.wait(Math.min(wait, left), this.ended.signal);
      await this.each([...this.open.keys()], (task, ask) => task.runAgain(ask));
    }
  }

  /** Runs the tasks of some channels, and closes those of which nothing more is to be expected. */
  private async each(
    places: Iterable<number>,
    run: (task: ChannelTask, ask: AskEvents) => Promise<void>,
  ): Promise<void> {
    await this.tools.slots.each(
      places,
      async (place, connections) => {
        const task = this.open.get(place) ?? this.newTask(place);
        await run(task, this.askThrough(place, connections));
        this.outcomes.countAsked(task, MAX_ROUNDS_IN_VAIN * this.tools.slots.atOnce);
        if (!this.mayGoOn(task)) await this.close(place);
      },
      (error) => this.end(error),
    );
  }

  private mayGoOn({ state, hasTimedOut }: ChannelTask): boolean {
    return state === 'open' && (hasTimedOut || (this.question.hope?.left() ?? 0) > 0);
  }

  private newTask(place: number): ChannelTask {
    const { sink, times, tools, question, ended } = this;
    const { memory, waitsMs } = tools;
    const { spoolPath, expected } = question;
    const channel = this.channels[place];
    const reader = new ChannelReader(channel, {
      sink,
      range: expected.range,
      times,
      memory,
      spoolPath,
    });
    const task = new ChannelTask(channel, reader, { times, waitsMs, signal: ended.signal });
    this.open.set(place, task);
    return task;
  }

  private askThrough(place: number, connections: Connections): AskEvents {
    const { question, tools, ended, headFirst } = this;
    const { signal } = ended;
    const received = (bytes: number) => {
      this.bytes += bytes;
      question.received?.(bytes);
    };
    return async (channel, times, reader) => {
      const held = await headFirst.begin(place, connections.brake);
      try {
        const headers = await download(
          {
            url: eventQuery(tools.url, channel, times),
            accept: FRAMED_CBOR,
            limits: tools.limits,
            signal,
            connections,
            received,
            progress: () => reader.progress,
            isHeld: () => held.isHeld,
          },
          (chunk) => {
            reader.push(chunk);
            held.came(chunk.length);
          },
        );
        question.answered?.(headers);
      } finally {
        held.ended();
      }
    };
  }

  /** Nothing more comes of a channel, or it is not waited for. */
  private async close(place: number): Promise<void> {
    const task = this.open.get(place)!;
    const { channel, reader, state } = task;
    if (state === 'missing') {
      this.sink.skip(channel.name);
      this.outcomes.addMissing(channel);
    } else {
      // Its place in the file depends on what it is.
      if (state === 'complete' && reader.found === undefined) await this.lookup.wait();
      this.outcomes.add(place, task, finish(task, this.lookup.of(channel)));
    }
    this.open.delete(place);
    this.headFirst.isOver(place);
  }

  private end(reason: unknown): void {
    if (!this.ended.signal.aborted) this.ended.abort(reason);
    this.headFirst.close();
  }
}
