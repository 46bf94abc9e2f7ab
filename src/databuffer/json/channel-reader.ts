import { displayName } from '../../request/channel.js';
import { ChannelFailure } from '../../report/errors.js';
import type { ChannelReport } from '../../report/channel-report.js';
import type { Expected } from '../reply-result.js';
import { chosenShape } from '../blocks/chosen-shape.js';
import { ensureStorableName, ensureStorableSize } from '../blocks/storable-channel.js';
import { type ReplyChannel, displayConfig, nameOf, shapeOf, typeOf } from './channel-header.js';
import type { Kernel } from './kernel.js';
import type { JsonScanner } from './json-scanner.js';
import { PointReader } from './point-reader.js';
import type { RowCollector } from './row-collector.js';
import { type SmallValue, SmallValueBuilder } from './small-value.js';
import {
  BEGIN_LIST,
  BEGIN_OBJECT,
  END_LIST,
  END_OBJECT,
  NEED_BYTES,
  NULL,
  type Token,
} from './tokens.js';

/** Characters of a name in a report; no file can have one as long. */
const MAX_SHOWN_LENGTH = 1024;

type Place = 'key' | 'data' | 'points' | 'configs' | 'config list' | 'config' | 'channel';

/** Reads one channel object of a reply, its keys in any order. */
export class ChannelReader {
  private readonly points: PointReader;
  private readonly small: SmallValueBuilder;
  private readonly requested: ReadonlySet<string>;
  /** Names that came so far, and those of them that the sink has. */
  readonly names = new Set<string>();
  private readonly opened = new Set<string>();

  private place: Place = 'key';
  /** The scanner's depth between the object's keys. */
  private depth = 0;
  private hasData = false;
  private channel: SmallValue | undefined;
  private config: SmallValue | undefined;

  constructor(
    private readonly scanner: JsonScanner,
    private readonly collector: RowCollector,
    kernel: Kernel,
    expected: Expected,
  ) {
    this.points = new PointReader(scanner, collector, kernel, expected.range);
    this.small = new SmallValueBuilder(scanner);
    this.requested = new Set(expected.channels);
  }

  /** A channel object begins. */
  begin(): void {
    this.collector.begin();
    this.points.begin();
    this.place = 'key';
    this.depth = this.scanner.depth;
    this.hasData = false;
    this.channel = undefined;
    this.config = undefined;
  }

  /** Reads on. @returns what became of the channel, at its end; undefined when bytes are needed */
  read(): ChannelReport | undefined {
    for (;;) {
      if (this.place === 'points') {
        if (!this.points.read()) return undefined;
        this.place = 'key';
      }
      const token = this.scanner.next();
      if (token === NEED_BYTES) return undefined;
      if (this.place === 'key' && token === END_OBJECT) return this.finish();
      this.take(token);
    }
  }

  private take(token: Token): void {
    switch (this.place) {
      case 'key':
        this.takeKey();
        break;
      case 'data':
        this.takeData(token);
        break;
      case 'configs':
        if (token === BEGIN_LIST) this.place = 'config list';
        else this.takeConfig(token);
        break;
      case 'config list':
        if (token === END_LIST) this.place = 'key';
        else this.takeConfig(token);
        break;
      default:
        this.takeSmall(token);
    }
  }

  private takeKey(): void {
    const { bytes, start, end } = this.scanner.text;
    const key = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 8));
    switch (key.toString('latin1')) {
      case 'data':
        this.place = 'data';
        break;
      case 'configs':
        this.place = 'configs';
        break;
      case 'channel':
        this.place = 'channel';
        this.small.begin();
        break;
      default:
        this.scanner.skipValue();
    }
  }

  private takeData(token: Token): void {
    this.place = 'key';
    if (token === BEGIN_LIST) {
      this.hasData = true;
      // Whatever is declared: how the values look is known when some have come.
      this.collector.whenSampled = () => this.openEarly();
      this.place = 'points';
    } else if (token !== NULL) {
      this.collector.tally.count('invalid_data', undefined, 'data that is not a list');
      if (token === BEGIN_OBJECT) this.scanner.skipRest();
    }
  }

  private takeConfig(token: Token): void {
    this.place = 'config';
    this.small.begin();
    this.takeSmall(token);
  }

  /** Takes a token of a config or of `channel`. */
  private takeSmall(token: Token): void {
    if (!this.small.accept(token)) return;
    if (this.place === 'channel') this.channel ??= this.small.value;
    else this.addConfig(this.small.value);
    this.place = this.scanner.depth === this.depth ? 'key' : 'config list';
  }

  private addConfig(config: SmallValue): void {
    if (this.config === undefined) {
      this.config = config;
      return;
    }
    const first = displayConfig(this.config);
    const other = displayConfig(config);
    if (first === other) return;
    this.collector.tally.count('config_change', undefined, `${other} after ${first}`);
  }

  /** Opens the channel while its data comes, if all is known by then. */
  private openEarly(): void {
    if (this.channel === undefined || this.config === undefined) return;
    if (this.collector.isOpen || this.collector.failure !== undefined) return;
    this.open(this.description, true);
  }

  private open(description: ReplyChannel, early: boolean): void {
    const { collector, points } = this;
    try {
      const name = nameOf(description);
      ensureStorableName(name);
      const type = typeOf(description);
      const declared = shapeOf(description);
      if (early && (type === undefined || declared === undefined)) return;
      if (type === undefined && collector.rowCount > 0) {
        throw new ChannelFailure('missing_type', `${displayName(name)} has data and no type`);
      }
      if (type === undefined) collector.tally.count('missing_type');
      if (declared === undefined) collector.tally.count('missing_shape');
      const described = { type: type ?? 'float64', declared };
      const stored = collector.headerOf(name);
      const chosen = chosenShape(described, collector.votes, stored, collector.tally);
      const header = { name, ...described, shape: chosen ?? declared ?? points.firstShape };
      ensureStorableSize(header);
      collector.open(header);
    } catch (error) {
      if (!(error instanceof ChannelFailure)) throw error;
      collector.fail(error);
    }
  }

  private finish(): ChannelReport {
    const { collector, points, description } = this;
    if (!this.hasData) collector.tally.count('missing_data');
    // An empty piece of a channel says nothing of it.
    const isEmptyPiece = collector.rowCount === 0 && this.opened.has(nameOf(description) ?? '');
    if (!collector.isOpen && collector.failure === undefined && !isEmptyPiece) {
      this.open(description, false);
    }
    const wasOpened = collector.isOpen;
    const rows = collector.finish();
    const name = nameOf(description) ?? '';
    const { failure, tally } = collector;
    if (name !== '') {
      if (!this.requested.has(name)) {
        tally.count('not_requested', points.pulseIds.first_pulse_id, undefined, Math.max(1, rows));
      }
      if (failure?.code !== 'invalid_name') this.names.add(name);
      if (wasOpened) this.opened.add(name);
    }
    return {
      name: name.length > MAX_SHOWN_LENGTH ? `${name.slice(0, MAX_SHOWN_LENGTH)}…` : name,
      rows,
      ...(rows > 0 ? points.pulseIds : {}),
      problems: tally.list(),
      ...(failure && { failure: { code: failure.code, message: failure.message } }),
    };
  }

  private get description(): ReplyChannel {
    return { channel: this.channel, config: this.config };
  }
}
