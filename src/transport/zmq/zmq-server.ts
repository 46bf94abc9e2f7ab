import { EventEmitter } from 'node:events';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { Server } from '@nestjs/microservices';
import type { Pull } from 'zeromq';
import { EventLog } from '../../logging/event-log.js';
import { decodeMessage } from '../bsread/bsread-decoder.js';
import type { BsreadMessage } from '../bsread/bsread-message.js';
import {
  MessageContext,
  type MessageServer,
  type MessageServerEvents,
  type TakeRejected,
} from '../message-server.js';
import { eventOf } from '../bsread/message-patterns.js';
import { MALFORMED_CODES, MalformedMessage, TransportNotOpen } from '../errors.js';
import { ConnectionWatch } from './connection-watch.js';
import { GuardedPull } from './guarded-sockets.js';
import { HandshakeLog } from './handshake-log.js';
import { Reconnection } from './reconnection.js';
import { KEEP_ALIVE, type PeerSecurity, open } from './socket-options.js';

export interface ZmqServerOptions {
  /** `tcp://host:port`; the port may be `*` where the socket binds. */
  readonly address: string;
  readonly mode: 'connect' | 'bind';
  /** With a MalformedMessage that says why. */
  readonly onRejected: TakeRejected;
  /** Largest frame in bytes, 16 MiB by default; ZMQ drops the connection of a sender of a larger one. */
  readonly maxMessageSize?: number;
  /** Messages that ZMQ holds for each sender until they are read, 16 by default. */
  readonly receiveQueueLength?: number;
  /**
   * A message is read when the one before it has been dealt with. After a large one everything else has as
   * long as that took, so that a flood of them stops nothing.
   */
  readonly sharesTime?: boolean;
  readonly security?: PeerSecurity;
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
  protected override readonly logger = new EventLog('Transport');
  private readonly events = new EventEmitter();
  private readonly rejections = new Map<string, number>(MALFORMED_CODES.map((code) => [code, 0]));
  private socket: Pull | undefined;
  private connected = false;
  private ended: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ZmqServerOptions) {
    super();
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
    const { maxMessageSize = 16 * 1024 * 1024 } = this.options;
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
    const handshakes = new HandshakeLog(this.logger, address, mode, security);
    const reconnection = new Reconnection(socket, address, () => {
      if (handshakes.hasFailed) return;
      const reason = 'a message was too large, or its sender is not a broker or writer';
      this.logger.warn('ZMQ gave up the connection; connecting again', { address, reason });
    });
    const connection = mode === 'connect' ? new ConnectionWatch(this.logger, address) : undefined;
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
      this.logger.error('receiving ended', { address: this.options.address, error });
      this.events.emit('error', error);
    }
  }

  private async take(frames: Buffer[]): Promise<void> {
    try {
      const message = decodeMessage(frames);
      const { pattern, data } = eventOf(message);
      const context = new MessageContext([{ sent: sentAt(message) }, pattern]);
      const handled = this.handleEvent(pattern, { pattern, data }, context).catch(
        (error: unknown) => this.logger.error('a message could not be handled', { pattern, error }),
      );
      // Nobody waits for a request that is carried out, nor keeps its frames for so long.
      if (this.options.sharesTime) await handled;
    } catch (error) {
      await this.reject(frames, error as Error);
    }
  }

  private async reject(frames: Buffer[], reason: Error): Promise<void> {
    const code = reason instanceof MalformedMessage ? reason.code : 'other';
    this.rejections.set(code, (this.rejections.get(code) ?? 0) + 1);
    try {
      await this.options.onRejected(frames, reason);
    } catch (error) {
      this.logger.error('a rejected message was not kept', { reason: reason.message, error });
    }
  }
}

function sentAt({ globalTimestamp: time }: BsreadMessage): number | undefined {
  return time && time.sec + time.ns / 1e9;
}

function isLarge(frames: readonly Buffer[]): boolean {
  return frames.some(({ length }) => length > LARGE_MESSAGE);
}
