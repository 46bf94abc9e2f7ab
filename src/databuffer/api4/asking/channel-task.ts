import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../../../request/channel.js';
import {
  DataSourceError,
  HttpFailure,
  MalformedReply,
  RangeNotFinal,
  TruncatedReply,
} from '../../errors.js';
import { isoTime, type TimeRange } from '../../time-range.js';
import type { ChannelReader, ReplyEnd } from '../rows/channel-reader.js';
import { type Meaning, meaningOf } from './failure-meaning.js';

/** Questions in a row that may bring nothing new. */
const TRIES = 3;
/** Of these: pages without a row that only say where the next one begins. */
const MAX_EMPTY_PAGES = 100;
/** That may time out, each of which takes long. */
const MAX_TIME_OUTS = 2;

/** Downloads the answer to one question into the channel's reader. */
export type AskEvents = (
  channel: Channel,
  times: TimeRange,
  reader: ChannelReader,
) => Promise<void>;

/**
 * What is known of a channel: nothing more will come; its server does not know it; it can't be had; or it is not
 * known whether more will come.
 */
export type ChannelState = 'complete' | 'missing' | 'failed' | 'open';

export interface TaskOptions {
  readonly times: TimeRange;
  /** Milliseconds before the second and the third question that brings nothing new. */
  readonly waitsMs: readonly number[];
  readonly signal: AbortSignal;
}

type RowsSoFar = Pick<ChannelReader, 'lastTime' | 'atLastTime'>;

/** One channel, from the first question to its end. */
export class ChannelTask {
  state: ChannelState = 'open';
  /** Whether its server has said anything of it. */
  wasAnswered = false;
  private from: bigint;
  private questions = 0;
  private timeOuts = 0;
  private emptyPages = 0;
  private failure: DataSourceError | undefined;
  private meaning: Meaning | undefined;

  constructor(
    readonly channel: Channel,
    readonly reader: ChannelReader,
    private readonly options: TaskOptions,
  ) {
    this.from = options.times.start;
  }

  /** Why it is not complete, unless its reader knows that. */
  get error(): DataSourceError | undefined {
    const { failure, questions, reader } = this;
    if (this.state === 'complete' || this.state === 'missing' || reader.hasFailed) return undefined;
    const isTold = this.state === 'failed' || (!this.wasAnswered && reader.rows === 0);
    if (failure && isTold) return failure;
    return new RangeNotFinal(questions, this.lastWords());
  }

  /** Whether the last question timed out: others should not wait for another such. */
  get hasTimedOut(): boolean {
    return this.meaning === 'timed out';
  }

  /**
   * Asks until the channel is known to be complete or to fail, as long as something new comes, or until a
   * question times out.
   *
   * @throws DataSourceError that is a matter of the server, not of this channel; what the sink throws
   */
  async run(ask: AskEvents): Promise<void> {
    const { waitsMs, signal } = this.options;
    for (let idle = 0; idle < TRIES;) {
      if (idle > 0) await this.pause(waitsMs[Math.min(idle, waitsMs.length) - 1]);
      idle = (await this.askOnce(ask)) ? 0 : idle + 1;
      signal.throwIfAborted();
      if (this.state !== 'open' || this.hasTimedOut) return;
    }
    if (this.meaning === 'unreachable') throw this.failure;
  }

  /** Asks once more, and again as long as something new comes. @throws as `run` */
  async runAgain(ask: AskEvents): Promise<void> {
    while ((await this.askOnce(ask)) && this.state === 'open' && !this.hasTimedOut);
  }

  /** @returns whether it brought something new */
  private async askOnce(ask: AskEvents): Promise<boolean> {
    const { reader, channel, options } = this;
    const { lastTime, atLastTime } = reader;
    const before = { lastTime, atLastTime };
    this.questions++;
    reader.begin();
    try {
      await ask(channel, { start: this.from, end: options.times.end }, reader);
      const end = reader.end();
      this.wasAnswered = true;
      this.failure = this.meaning = undefined;
      if (end.isFinal) this.state = 'complete';
      else if (reader.hasFailed) this.state = 'failed';
      return this.goOnFrom(before, end);
    } catch (error) {
      this.take(this.brokenOff(error));
      return this.goOnFrom(before);
    }
  }

  /** Keeps what is whole of a reply. @returns what is wrong with the reply: none of it will pass if it is malformed */
  private brokenOff(error: unknown): unknown {
    try {
      this.reader.breakOff();
      return error;
    } catch (other) {
      if (!(other instanceof MalformedReply)) throw other;
      return error instanceof DataSourceError && error.transient ? other : error;
    }
  }

  private take(error: unknown): void {
    const meaning = meaningOf(error);
    if (meaning === undefined || meaning === 'server') throw error;
    this.failure = withReason(error as DataSourceError);
    this.meaning = meaning;
    if (meaning === 'unknown channel' && this.reader.lastTime === undefined) this.state = 'missing';
    else if (meaning === 'lasting' || meaning === 'unknown channel') this.state = 'failed';
    else if (this.reader.hasFailed) this.state = 'failed';
    else if (meaning === 'timed out' && ++this.timeOuts === MAX_TIME_OUTS) this.state = 'failed';
    const saidSomething = meaning === 'lasting' || meaning === 'unknown channel';
    this.wasAnswered ||= saidSomething || error instanceof TruncatedReply;
  }

  /**
   * Where the next question begins. That is at the last time, for there may be more rows with it; behind it where
   * those that are known came again and no other, as one row may be all that a page has room for.
   *
   * @param reply unless it broke off
   * @returns whether something new came, or is to be found elsewhere
   */
  private goOnFrom(before: RowsSoFar, reply?: ReplyEnd): boolean {
    const { reader, options, from } = this;
    const { start, end } = options.times;
    const continueAt = reply?.continueAt;
    const { lastTime, atLastTime } = reader;
    const hasNews = lastTime !== before.lastTime || atLastTime !== before.atLastTime;
    const isFurther = continueAt !== undefined && continueAt > from;
    const hasNoMore = reply !== undefined && continueAt === undefined && reader.hasRepeated;
    this.emptyPages = hasNews ? 0 : this.emptyPages + 1;
    let next = from;
    if (isFurther) next = continueAt;
    else if (hasNews) next = lastTime! > from ? lastTime! : from;
    else if (hasNoMore && lastTime === from) next = from + 1n;
    // A server need not take a range that is empty.
    this.from = next < end ? next : end > start ? end - 1n : start;
    const isElsewhere = isFurther && this.from > from;
    return hasNews || (isElsewhere && this.emptyPages < MAX_EMPTY_PAGES);
  }

  private lastWords(): string {
    if (this.failure) return `with a failure: ${this.failure.message}`;
    const { lastTime } = this.reader;
    return lastTime === undefined
      ? 'without a row'
      : `without a row later than ${isoTime(lastTime)}`;
  }

  private async pause(ms: number): Promise<void> {
    const { signal } = this.options;
    // It rejects with an AbortError; the signal's reason says more.
    await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** A server that says nothing of its failure gets words that tell who may know more. */
function withReason(error: DataSourceError): DataSourceError {
  if (error instanceof HttpFailure && error.status === 500 && error.body === '') {
    error.message += ' with an empty body: a proxy may be hiding what its backend said';
  }
  return error;
}
