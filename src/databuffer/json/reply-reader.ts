import type { ChannelReport } from '../../report/channel-report.js';
import { MAX_CHANNELS } from '../../request/channel.js';
import type { RowSink } from '../../rows/row-sink.js';
import type { Spool } from '../../rows/spool.js';
import { EmptyReply, MalformedReply, ServerError } from '../errors.js';
import { type Expected, type ReplyResult, resultOf } from '../reply-result.js';
import { StallGuard } from '../blocks/stall-guard.js';
import { ChannelReader } from './channel-reader.js';
import { JsonScanner } from './json-scanner.js';
import type { ReadingMemory } from './reading-memory.js';
import { RowCollector } from './row-collector.js';
import { type SmallObject, SmallValueBuilder } from './small-value.js';
import { BEGIN_LIST, BEGIN_OBJECT, END_LIST, NEED_BYTES, type Token } from './tokens.js';

export interface ReplyReaderOptions {
  readonly expected: Expected;
  /** For data that waits for its type; the caller closes it. */
  readonly spool: Spool;
  /** Not shared while this reply is read. */
  readonly memory: ReadingMemory;
}

/** Twice as many as a request may have. */
const MOST_CHANNELS = 2 * MAX_CHANNELS;
const MAX_DETAIL_LENGTH = 500;
const MIB = 1024 ** 2;
/** Bytes of an error that are read; what counts stands in front. */
const MAX_ERROR_LENGTH = 1024 * 1024;
/** Where servers put what they have to say, the best first. */
const MESSAGE_KEYS = ['message', 'detail', 'error', 'exception', 'reason', 'status'];

type Place = 'start' | 'list' | 'channel' | 'error' | 'end';

/**
 * Reads a reply of the data API's JSON protocol from pieces of any size, in constant memory.
 *
 * Rows go to the sink while pieces are pushed. A channel that can't be stored is named in the result
 * and does not keep the others from being stored.
 */
export class ReplyReader {
  private readonly scanner: JsonScanner;
  private readonly channel: ChannelReader;
  private readonly collector: RowCollector;
  private readonly error: SmallValueBuilder;
  private readonly expected: Expected;
  private readonly reports: ChannelReport[] = [];
  private readonly watch = new StallGuard();
  private place: Place = 'start';

  constructor({ expected, spool, memory }: ReplyReaderOptions, sink: RowSink) {
    const { kernel } = memory;
    this.scanner = new JsonScanner(kernel);
    this.error = new SmallValueBuilder(this.scanner);
    this.collector = new RowCollector(memory, sink, spool);
    this.channel = new ChannelReader(this.scanner, this.collector, kernel, expected);
    this.expected = expected;
  }

  /** Changes with each value that comes; values of a channel that can't be stored count by the MiB. */
  get progress(): number {
    const { collector, reports, scanner } = this;
    const skipped = collector.failure === undefined ? 0 : Math.floor(scanner.bytes / MIB);
    return reports.length + collector.rowCount + collector.cellCount + skipped;
  }

  /**
   * Takes the next bytes; the chunk may be reused afterwards.
   *
   * @throws MalformedReply, ServerError; what the sink throws, unless it is a ChannelFailure.
   *   After an exception the reader is of no further use
   */
  push(chunk: Uint8Array): void {
    let taken = 0;
    while (taken < chunk.length) {
      taken += this.scanner.feed(chunk, taken);
      this.read();
    }
    this.watch.note(this.reports.length, this.collector.rowCount, this.scanner.bytes);
  }

  /** The reply is over. @throws TruncatedReply, EmptyReply */
  end(): ReplyResult {
    this.scanner.ensureComplete();
    if (this.reports.length === 0) throw new EmptyReply();
    const { channels } = this.expected;
    return resultOf(this.reports, this.channel.names, channels, this.scanner.bytes);
  }

  private read(): void {
    for (;;) {
      if (this.place === 'channel') {
        const report = this.channel.read();
        if (report === undefined) return;
        this.add(report);
        this.place = 'list';
      }
      const token = this.scanner.next();
      if (token === NEED_BYTES) return;
      if (this.place === 'start') this.begin(token);
      else if (this.place === 'error') this.takeError(token);
      else this.takeItem(token);
    }
  }

  private begin(token: Token): void {
    if (token === BEGIN_LIST) {
      this.place = 'list';
    } else if (token === BEGIN_OBJECT) {
      this.place = 'error';
      this.error.begin();
      this.takeError(token);
    } else {
      throw new MalformedReply(0, 'neither a list of channels nor an error');
    }
  }

  private takeItem(token: Token): void {
    if (token === END_LIST) {
      this.place = 'end';
    } else if (token === BEGIN_OBJECT) {
      this.place = 'channel';
      this.channel.begin();
    } else {
      if (token === BEGIN_LIST) this.scanner.skipRest();
      const failure = { code: 'invalid_channel', message: 'an entry that is not a channel object' };
      this.add({ name: '', rows: 0, problems: [], failure });
    }
  }

  private add(report: ChannelReport): void {
    if (this.reports.length === MOST_CHANNELS) {
      throw new MalformedReply(this.scanner.bytes, `more than ${MOST_CHANNELS} channels`);
    }
    this.reports.push(report);
  }

  private takeError(token: Token): void {
    if (!this.error.accept(token) && this.scanner.bytes < MAX_ERROR_LENGTH) return;
    const error = this.error.value as SmallObject;
    const status = Number(error.get('status') ?? Number.NaN);
    throw new ServerError(Number.isInteger(status) ? status : undefined, detailOf(error));
  }
}

/** The server's complaint, in its own words. */
function detailOf(error: SmallObject): string {
  const words = MESSAGE_KEYS.filter((key) => error.has(key)).map((key) => error.get(key));
  const text = words.find((word) => typeof word === 'string' && word !== '');
  const detail = typeof text === 'string' ? text : JSON.stringify(Object.fromEntries(error));
  return detail.slice(0, MAX_DETAIL_LENGTH);
}
