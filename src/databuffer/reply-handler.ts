import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { decoded, decodersOf } from './content-decoding.js';
import type { DownloadLimits } from './download-limits.js';
import {
  ConnectionFailed,
  HttpFailure,
  MalformedReply,
  TimedOut,
  TruncatedReply,
} from './errors.js';

/** Bytes of an error reply that are worth quoting. */
const QUOTED_BYTES = 500;

/** Time for them: a server may tell them byte by byte. */
const QUOTING_MS = 2_000;

/** Answers before the reply that only inform; each may take as long as the reply's first byte. */
const MOST_INFORMATION = 10;

/** What the system says when it may be better in a moment. */
const TRANSIENT = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
]);

export type ReplyHeaders = Dispatcher.ResponseData['headers'];

type Controller = Dispatcher.DispatchController;

/** Who asked, and where the reply goes. */
export interface ReplyTarget {
  readonly url: string;
  readonly limits: DownloadLimits & { readonly connectMs: number };
  readonly take: (chunk: Uint8Array) => void;
  readonly resolve: (headers: ReplyHeaders) => void;
  readonly reject: (error: unknown) => void;
}

/** Takes one reply from undici as it comes, inside the socket's event. */
export class ReplyHandler implements Dispatcher.DispatchHandler {
  private controller: Controller | undefined;
  private headers: ReplyHeaders | undefined;
  /** Of a reply that is an error: its status, and how its body begins. */
  private status = 200;
  private readonly quoted: Buffer[] = [];
  private quotedBytes = 0;
  private quoting: NodeJS.Timeout | undefined;
  private informed = 0;
  /** Of a reply that is encoded: what came, for the decoders. */
  private encoded: Readable | undefined;
  private bytes = 0;
  private isOver = false;

  constructor(private readonly target: ReplyTarget) {}

  /** Ends the download, and its connection unless the reply is over. */
  fail(error: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.quoting);
    this.target.reject(error);
    this.encoded?.destroy();
    this.giveUp();
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.isOver) this.giveUp();
  }

  onResponseStart(controller: Controller, status: number, headers: ReplyHeaders): void {
    if (status < 200) {
      if (++this.informed > MOST_INFORMATION) {
        this.fail(new MalformedReply(0, `more than ${MOST_INFORMATION} answers of status 1xx`));
      }
      return;
    }
    this.headers = headers;
    this.status = status;
    if (status !== 200) {
      this.quoting = setTimeout(() => this.fail(this.httpFailure()), QUOTING_MS);
      return;
    }
    try {
      const decoders = decodersOf(headers['content-encoding'], this.target.url);
      if (decoders.length === 0) return;
      this.encoded = new Readable({ read: () => controller.resume() });
      decoded(this.encoded, decoders)
        .on('data', (chunk: Buffer) => this.hand(chunk))
        .on('end', () => this.end())
        .on('error', (error) => this.onResponseError(controller, error));
    } catch (error) {
      this.fail(error);
    }
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.isOver) return;
    if (this.status !== 200) {
      this.quote(chunk);
    } else if (this.encoded === undefined) {
      this.hand(chunk);
    } else if (!this.encoded.push(Buffer.from(chunk))) {
      controller.pause();
    }
  }

  onResponseEnd(): void {
    if (this.status !== 200) this.fail(this.httpFailure());
    else if (this.encoded === undefined) this.end();
    else this.encoded.push(null);
  }

  onResponseError(_controller: Controller, error: Error): void {
    const { headers, target, bytes } = this;
    // The status is the error to tell; what came of the body is all there is to quote.
    if (this.status !== 200) this.fail(this.httpFailure());
    else if (headers === undefined) this.fail(connectionFailure(target, error));
    else if (reasonOf(error) === 'UND_ERR_BODY_TIMEOUT') {
      this.fail(new TimedOut(target.url, 'silence', target.limits.silenceMs));
    } else this.fail(new TruncatedReply(bytes, error));
  }

  private giveUp(): void {
    this.controller?.abort(new Error('given up'));
  }

  private hand(chunk: Buffer): void {
    if (this.isOver) return;
    this.bytes += chunk.length;
    try {
      this.target.take(chunk);
    } catch (error) {
      this.fail(error);
    }
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.target.resolve(this.headers!);
  }

  private quote(chunk: Buffer): void {
    this.quoted.push(Buffer.from(chunk));
    this.quotedBytes += chunk.length;
    if (this.quotedBytes >= QUOTED_BYTES) this.fail(this.httpFailure());
  }

  private httpFailure(): HttpFailure {
    const bytes = Buffer.concat(this.quoted).subarray(0, QUOTED_BYTES);
    const text = new TextDecoder().decode(bytes).replaceAll(/\s+/g, ' ').trim();
    return new HttpFailure(this.target.url, this.status, text);
  }
}

function connectionFailure({ url, limits }: ReplyTarget, error: Error): Error {
  const reason = reasonOf(error);
  switch (reason) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return new TimedOut(url, 'connect', limits.connectMs);
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new TimedOut(url, 'first byte', limits.firstByteMs);
    default:
      return new ConnectionFailed(url, reason, TRANSIENT.has(reason), error);
  }
}

function reasonOf(error: Error): string {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : error.message;
}
