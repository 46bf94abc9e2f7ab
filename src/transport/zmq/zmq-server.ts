import { EventEmitter } from 'node:events';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { type MessageHandler, Server } from '@nestjs/microservices';
import type { Pull } from 'zeromq';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { decodeMessage } from '../bsread/bsread-decoder.js';
import type { BsreadMessage } from '../bsread/bsread-message.js';
import {
  MessageContext,
  type MessageServer,
  type MessageServerEvents,
  type TakeRejected,
} from '../message-server.js';
import { type DeclaredPatterns, MessagePatterns } from '../bsread/message-patterns.js';
import { MALFORMED_CODES, MalformedMessage, TransportNotOpen } from '../errors.js';
import { ConnectionWatch } from './connection-watch.js';
import { GuardedPull } from './guarded-sockets.js';
import { HandshakeLog } from './handshake-log.js';
import { Reconnection } from './reconnection.js';
import { KEEP_ALIVE, type PeerSecurity, open } from './socket-options.js';
import { PLAINLY, type Telling } from './telling.js';

export interface ZmqServerOptions {
  /** `tcp://host:port`; the port may be `*` where the socket binds. */
  readonly address: string;
  readonly mode: 'connect' | 'bind';
  /** Patterns whose fields travel as channels; data of all others travels as JSON. */
  readonly patterns?: DeclaredPatterns;
  /**
   * A pattern whose handler takes all other bsread messages, as a {@link BsreadMessage}: streams of senders that know
   * no patterns.
   */
  readonly otherMessages?: string;
  /** With a MalformedMessage that says why. By default it is logged, at most once a minute for each reason. */
  readonly onRejected?: TakeRejected;
  /** Largest frame in bytes, 24 MiB by default; ZMQ drops the connection of a sender of a larger one. */
  readonly maxMessageSize?: number;
  /** Messages that ZMQ holds for each sender until they are read, 16 by default. */
  readonly receiveQueueLength?: number;
  /**
   * A message is read when the one before it has been dealt with. After a large one everything else has as
   * long as that took, so that a flood of them stops nothing.
   */
  readonly sharesTime?: boolean;
  readonly security?: PeerSecurity;
  /** @internal Nest's logger by default. */
  readonly telling?: Telling;
}

/** How long messages may be read until everything else has its turn. */
const MAX_TURN_MS = 10;
/** In bytes; smaller messages take no time to speak of. */
const LARGE_MESSAGE = 256 * 1024;

/**
 * Receives bsread messages over PULL and hands them to Nest's event handlers.
 *
 * The socket is drained at once, however long handlers take: a waiting request must be known to this
 * process, and not lie in a buffer.
 *
 * Its status is the last change: `connected` when a sender came, `disconnected` when one went.
 */
export class ZmqServer extends Server<MessageServerEvents> implements MessageServer {
  private readonly telling: Telling;
  private readonly patterns: MessagePatterns;
  private readonly throttle = new LogThrottle();
  private readonly events = new EventEmitter();
  private readonly rejections = new Map<string, number>(MALFORMED_CODES.map((code) => [code, 0]));
  private socket: Pull | undefined;
  private connected = false;
  private ended: Promise<unknown> = Promise.resolve();

  /** @throws PatternUnusable */
  constructor(private readonly options: ZmqServerOptions) {
    super();
    this.patterns = new MessagePatterns(options.patterns);
    this.telling = options.telling ?? PLAINLY;
  }

  /** Starts to receive; `callback` gets an AddressUnusable if the address can't be had. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      callback(error);
      return;
    }
    callback();
  }

  /** Stops receiving. When this resolves, handlers have all messages that were read. */
  async close(): Promise<void> {
    this.socket?.close();
    await this.ended;
    this.socket = undefined;
  }

  on<Event extends keyof MessageServerEvents>(
    event: Event,
    callback: MessageServerEvents[Event],
  ): void {
    this.events.on(event, callback);
  }

  /** As the pattern travels it is the text that handlers are known by; Nest would take it for JSON. */
  override getHandlerByPattern(pattern: string): MessageHandler | null {
    return this.messageHandlers.get(pattern) ?? null;
  }

  /** The Pull socket. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as Nest declares it
  unwrap<T = Pull>(): T {
    if (!this.socket) throw new TransportNotOpen(this.options.address);
    return this.socket as T;
  }

  /** The address bound to, with the port that `*` stood for; where the socket connects, that address. */
  get lastEndpoint(): string | null {
    return this.socket?.lastEndpoint ?? null;
  }

  /** Whether the last change was that a sender came; where the socket connects, whether it is there. */
  get isConnected(): boolean {
    return this.connected;
  }

  /** How many messages were rejected so far, by the code of what is wrong with them. */
  get rejected(): ReadonlyMap<string, number> {
    return this.rejections;
  }

  private async start(): Promise<void> {
    const { address, mode, security, receiveQueueLength: receiveHighWaterMark = 16 } = this.options;
    const { maxMessageSize = 24 * 1024 * 1024 } = this.options;
    const queue = { maxMessageSize, receiveHighWaterMark, linger: 0 };
    const socket = new GuardedPull({ ...queue, ...KEEP_ALIVE, ...security });
    const watched = this.watch(socket);
    try {
      await open(socket, mode, address);
    } catch (error) {
      socket.close();
      await watched;
      throw error;
    }
    this.socket = socket;
    this.ended = Promise.all([this.receive(socket), watched]);
  }

  private async watch(socket: Pull): Promise<void> {
    const { address, mode, security } = this.options;
    const handshakes = new HandshakeLog(this.telling, address, mode, security);
    const reconnection = new Reconnection(socket, address, () => {
      if (handshakes.hasFailed) return;
      const reason = 'a message was too large, or the other side is no PUSH socket';
      this.telling.log.warn('ZMQ gave up the connection; connecting again', { address, reason });
    });
    const connection = mode === 'connect' ? new ConnectionWatch(this.telling, address) : undefined;
    for await (const { type } of socket.events) {
      handshakes.note(type);
      connection?.note(type);
      if (mode === 'connect') reconnection.note(type);
      if (type !== 'handshake' && type !== 'disconnect') continue;
      this.connected = type === 'handshake';
      this._status$.next(this.connected ? 'connected' : 'disconnected');
    }
    reconnection.stop();
    connection?.stop();
  }

  private async receive(socket: Pull): Promise<void> {
    try {
      let turned = performance.now();
      for await (const frames of socket) {
        const begun = performance.now();
        const handled = this.take(frames);
        if (this.options.sharesTime) await handled;
        // Messages that have arrived are read without the event loop: a flood of them would stop everything else.
        if (performance.now() - turned < MAX_TURN_MS) continue;
        await turn();
        if (this.options.sharesTime && isLarge(frames)) await delay(performance.now() - begun);
        turned = performance.now();
      }
    } catch (error) {
      // Closed between two messages.
      if (socket.closed) return;
      this.telling.log.error('receiving ended', { address: this.options.address, error });
      this.events.emit('error', error);
    }
  }

  private async take(frames: Buffer[]): Promise<void> {
    try {
      const message = decodeMessage(frames);
      const { pattern, data } = this.eventOf(message);
      const facts = { sent: sentAt(message), pulseId: message.pulseId };
      const context = new MessageContext([facts, pattern]);
      const handled = this.handleEvent(pattern, { pattern, data }, context).catch(
        (error: unknown) =>
          this.telling.log.error('a message could not be handled', { pattern, error }),
      );
      // Nobody waits for a request that is carried out, nor keeps its frames for so long.
      if (this.options.sharesTime) await handled;
    } catch (error) {
      await this.reject(frames, error as Error);
    }
  }

  private eventOf(message: BsreadMessage): { pattern: string; data: unknown } {
    const { otherMessages } = this.options;
    const pattern = this.patterns.patternOf(message);
    if (pattern !== undefined && pattern !== otherMessages && this.messageHandlers.has(pattern)) {
      return { pattern, data: this.patterns.dataOf(pattern, message) };
    }
    if (otherMessages !== undefined && this.messageHandlers.has(otherMessages)) {
      return { pattern: otherMessages, data: message };
    }
    const names = JSON.stringify([...message.channels.keys()]).slice(0, 200);
    const problem = pattern === undefined ? '' : ', which nobody here takes';
    throw new MalformedMessage('unknown_message', 'message', `has the channels ${names}${problem}`);
  }

  private async reject(frames: Buffer[], reason: Error): Promise<void> {
    const code = reason instanceof MalformedMessage ? reason.code : 'other';
    this.rejections.set(code, (this.rejections.get(code) ?? 0) + 1);
    const { onRejected = (frames, error) => this.logRejected(code, frames, error) } = this.options;
    try {
      await onRejected(frames, reason);
    } catch (error) {
      this.telling.log.error('a rejected message was not kept', { reason: reason.message, error });
    }
  }

  private logRejected(code: string, frames: Buffer[], error: Error): void {
    const heldBack = this.throttle.pass(code);
    if (heldBack === undefined) return;
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    const facts = { bytes, error, ...notLoggedBefore(heldBack) };
    this.telling.log.warn('a message was rejected', facts);
  }
}

function sentAt({ globalTimestamp: time }: BsreadMessage): number | undefined {
  return time && time.sec + time.ns / 1e9;
}

function isLarge(frames: readonly Buffer[]): boolean {
  return frames.some(({ length }) => length > LARGE_MESSAGE);
}
