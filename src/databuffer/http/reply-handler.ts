import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { decoded, decodedStart, decodersOf } from './content-decoding.js';
import type { ReadBrake } from './read-brake.js';
import type { Credentials } from './credentials.js';
import {
  CredentialsRefused,
  HttpFailure,
  InvalidHttp,
  TimedOut,
  TruncatedReply,
  UndecodableBody,
} from '../errors.js';
import { retryAfter } from './retry-after.js';
import { type AskedServer, bodyFailure, connectionFailure } from './reply-failure.js';

/** Bytes of an error reply that are worth quoting. */
const QUOTED_BYTES = 500;

/** Time for them: a server may tell them byte by byte. */
const QUOTING_MS = 2_000;

/** Answers before the reply that only inform; each may take as long as the reply's first byte. */
const MAX_INFORMATION = 10;

export type ReplyHeaders = Dispatcher.ResponseData['headers'];

type Controller = Dispatcher.DispatchController;

/** Who asked, and where the reply goes. */
export interface ReplyTarget extends AskedServer {
  readonly credentials: Credentials;
  readonly take: (chunk: Uint8Array) => void;
  /** Changes with each value. */
  readonly progress: () => number;
  /** Whether the receiver wants nothing for now: that time counts for nothing. */
  readonly isHeld: () => boolean;
  /** Of the connection. */
  readonly brake: ReadBrake;
  readonly resolve: (headers: ReplyHeaders) => void;
  readonly reject: (error: unknown) => void;
}

/** Looks at the progress within a time limit; a process that stood still is late for some. */
const LOOKS = 12;

/** Takes one reply from undici as it comes, inside the socket's event. */
export class ReplyHandler implements Dispatcher.DispatchHandler {
  private controller: Controller | undefined;
  private headers: ReplyHeaders | undefined;
  /** Of a reply that is an error: its status, and how its body begins. */
  private status = 200;
  private readonly quoted: Buffer[] = [];
  private quotedBytes = 0;
  private quoting: NodeJS.Timeout | undefined;
  private readonly watching: NodeJS.Timeout[] = [];
  private informed = 0;
  /** Of a reply that is encoded: what came, for the decoders. */
  private encoded: Readable | undefined;
  private bytes = 0;
  /** That were handed on. */
  private handed = 0;
  private isOver = false;

  constructor(private readonly target: ReplyTarget) {}

  /** Ends the download, and its connection unless the reply is over. */
  fail(error: unknown): void {
    if (this.isOver) return;
    this.finish();
    this.target.reject(error);
    this.encoded?.destroy();
    this.giveUp();
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.isOver) this.giveUp();
  }

  onResponseStart(_controller: Controller, status: number, headers: ReplyHeaders): void {
    if (status < 200) {
      if (++this.informed > MAX_INFORMATION) {
        const what = `more than ${MAX_INFORMATION} answers of status 1xx`;
        this.fail(new InvalidHttp(this.target.url, 'informational', what));
      }
      return;
    }
    this.headers = headers;
    this.status = status;
    if (status !== 200) {
      this.quoting = setTimeout(() => this.fail(this.httpFailure()), QUOTING_MS);
      return;
    }
    const { limits, progress } = this.target;
    this.watch('silence', limits.silenceMs, () => this.bytes + this.handed);
    this.watch('value', limits.valueMs, progress);
    try {
      const encoding = headers['content-encoding'];
      const decoders = decodersOf(encoding, this.target.url);
      if (decoders.length === 0) return;
      this.encoded = new Readable({ read: () => this.target.brake.release(this) });
      decoded(this.encoded, decoders)
        .on('data', (chunk: Buffer) => this.hand(chunk))
        .on('end', () => this.end())
        .on('error', (error) => this.fail(this.decodingFailure(String(encoding), error)));
    } catch (error) {
      this.fail(error);
    }
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.isOver) return;
    if (this.status !== 200) {
      this.quote(chunk);
      return;
    }
    this.bytes += chunk.length;
    if (this.encoded === undefined) {
      this.hand(chunk);
    } else if (!this.encoded.push(Buffer.from(chunk))) {
      this.target.brake.apply(this);
    }
  }

  onResponseEnd(): void {
    if (this.status !== 200) this.fail(this.httpFailure());
    else if (this.encoded === undefined) this.end();
    else this.encoded.push(null);
  }

  onResponseError(_controller: Controller, error: Error): void {
    const { controller, headers, target, bytes } = this;
    // The status is the error to tell; what came of the body is all there is to quote.
    if (this.status !== 200) this.fail(this.httpFailure());
    else if (headers !== undefined) this.fail(bodyFailure(target, error, bytes));
    else this.fail(connectionFailure(target, error, controller !== undefined));
  }

  /** Counted in looks, not in time: while the process is stopped nothing can come. */
  private watch(phase: 'silence' | 'value', limitMs: number, progress: () => number): void {
    let last = progress();
    let looks = 0;
    const look = () => {
      const now = progress();
      looks = now === last && !this.target.isHeld() ? looks + 1 : 0;
      last = now;
      if (looks >= LOOKS) this.fail(new TimedOut(this.target.url, phase, limitMs));
    };
    this.watching.push(setInterval(look, limitMs / LOOKS));
  }

  private finish(): void {
    this.isOver = true;
    clearTimeout(this.quoting);
    for (const each of this.watching) clearInterval(each);
    this.target.brake.release(this);
  }

  private decodingFailure(encoding: string, error: NodeJS.ErrnoException): Error {
    // Zlib's word for a body that ends too early.
    if (error.code === 'Z_BUF_ERROR') return new TruncatedReply(this.bytes, error);
    return new UndecodableBody(this.target.url, encoding, error);
  }

  private giveUp(): void {
    this.controller?.abort(new Error('given up'));
  }

  private hand(chunk: Buffer): void {
    if (this.isOver) return;
    this.handed += chunk.length;
    try {
      this.target.take(chunk);
    } catch (error) {
      this.fail(error);
    }
  }

  private end(): void {
    if (this.isOver) return;
    this.finish();
    this.target.resolve(this.headers!);
  }

  private quote(chunk: Buffer): void {
    this.quoted.push(Buffer.from(chunk));
    this.quotedBytes += chunk.length;
    if (this.quotedBytes >= QUOTED_BYTES) this.fail(this.httpFailure());
  }

  private httpFailure(): HttpFailure {
    const { status, headers } = this;
    const { url, credentials } = this.target;
    const came = decodedStart(Buffer.concat(this.quoted), headers?.['content-encoding']);
    const bytes = came.subarray(0, QUOTED_BYTES);
    const words = new TextDecoder().decode(bytes).replaceAll(/\s+/g, ' ').trim();
    const text = credentials.withheldFrom(words);
    const remedy = credentials.remedyFor(status);
    if (remedy !== undefined) return new CredentialsRefused(url, status, text, remedy);
    const [location] = [headers?.location].flat();
    const rest = retryAfter(status, headers?.['retry-after'], Date.now());
    return new HttpFailure(url, status, text, location, rest);
  }
}
