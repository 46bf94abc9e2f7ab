import { setTimeout as delay } from 'node:timers/promises';
import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import type { Push } from 'zeromq';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import { encodeMessage } from '../bsread/bsread-encoder.js';
import { type DeclaredPatterns, MessagePatterns } from '../bsread/message-patterns.js';
import { GuardedPush } from './guarded-sockets.js';
import { HandshakeLog } from './handshake-log.js';
import { PeerCount } from './peer-count.js';
import { Reconnection } from './reconnection.js';
import { KEEP_ALIVE, type PeerSecurity, ZAP_DOMAIN, heartbeats, open } from './socket-options.js';
import { PLAINLY, type Telling } from './telling.js';
import { NoReplies, SendFailed, TransportClosed, TransportNotOpen } from '../errors.js';

export interface ZmqClientOptions {
  /** `tcp://host:port`; where the socket binds, `*` as host is every interface, as port a free one. */
  readonly address: string;
  /** `bind` by default. */
  readonly mode?: 'bind' | 'connect';
  /** Patterns whose fields travel as channels; data of all others travels as JSON. */
  readonly patterns?: DeclaredPatterns;
  /** High water mark: messages that ZMQ holds for each peer, 100 by default. */
  readonly queueLength?: number;
  /** How long close() lets peers take what ZMQ holds, in ms; 1000 by default. */
  readonly linger?: number;
  /** As {@link ZmqClient.expectAnswers} sets it. */
  readonly peerTimeout?: number;
  readonly security?: PeerSecurity;
  /** @internal Nest's logger by default. */
  readonly telling?: Telling;
}

/** Peers send only what is needed to connect, a few hundred bytes. */
const MAX_FRAME_OF_PEERS = 4096;
const REBIND_AFTER_MS = 20;
const REBIND_AT_ONCE = 50;

/**
 * Sends events as bsread messages over a PUSH socket.
 *
 * An event completes when ZMQ has taken it for a peer. Without peers it waits, in order, until one comes or
 * the client is closed; events not handed over by then fail with TransportClosed.
 *
 * Its status is `connected` while it has a peer, else `disconnected`, also when a socket that connects
 * found none yet.
 */
export class ZmqClient extends ClientProxy {
  private readonly telling: Telling;
  private readonly patterns: MessagePatterns;
  private readonly peers = new PeerCount();
  private socket: Push | undefined;
  private endpoint: string | null = null;
  private opening: Promise<void> | undefined;
  private watched: Promise<unknown> = Promise.resolve();
  private readonly sends = new SerialQueue();
  private closed = false;
  private messages = 0;
  private peerTimeout: number | undefined;
  private rebinding: Promise<void> | undefined;

  /** @throws PatternUnusable */
  constructor(private readonly options: ZmqClientOptions) {
    super();
    this.peerTimeout = options.peerTimeout;
    this.patterns = new MessagePatterns(options.patterns);
    this.telling = options.telling ?? PLAINLY;
  }

  /**
   * Binds or connects, once; emit() does it by itself. A socket that connects goes on trying.
   *
   * @throws AddressUnusable, and the next call tries again; TransportClosed after close()
   */
  async connect(): Promise<void> {
    if (this.closed) throw new TransportClosed(this.options.address);
    this.opening ??= this.open(this.options.address).catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    await this.opening;
  }

  /**
   * Ends it for good: events that wait for a peer fail with TransportClosed, messages that ZMQ holds are
   * delivered. Resolves when that is done or the linger time is over, and the port is free.
   */
  async close(): Promise<void> {
    this.closed = true;
    await this.opening?.catch(() => 'whoever called connect() has the error');
    await this.rebinding;
    this.retire();
    await Promise.all([this.sends.idle(), this.watched]);
  }

  /** The Push socket. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as Nest declares it
  unwrap<T = Push>(): T {
    if (!this.socket) throw new TransportNotOpen(this.options.address);
    return this.socket as T;
  }

  /** The address bound to, with the port that `*` stood for; where the socket connects, that address. */
  get lastEndpoint(): string | null {
    return this.closed ? null : this.endpoint;
  }

  /** PULL sockets that are connected. A connection without a handshake does not count. */
  get connectedPeers(): number {
    return this.peers.connected;
  }

  /** Connections of PULL sockets that ended so far. */
  get lostPeers(): number {
    return this.peers.lost;
  }

  /**
   * From now on ZMQ asks peers for signs of life, and ends the connection of a peer that gives none for so
   * many ms. A socket that is bound already has its peers connect again, as this holds for new connections only.
   */
  async expectAnswers(timeout: number): Promise<void> {
    this.peerTimeout = timeout;
    if (this.opening === undefined || this.options.mode === 'connect') return;
    await this.opening;
    this.rebinding ??= this.rebind().finally(() => (this.rebinding = undefined));
    await this.rebinding;
  }

  protected publish({ pattern }: ReadPacket): never {
    throw new NoReplies(this.normalizePattern(pattern as string));
  }

  protected dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    const now = Date.now();
    const time = { sec: Math.floor(now / 1000), ns: (now % 1000) * 1_000_000 };
    const channels = this.patterns.channelsOf(this.normalizePattern(pattern as string), data);
    const frames = encodeMessage(this.messages, time, channels);
    this.messages++;
    // One after another: a second send while one waits for a peer is an error to ZMQ.
    return this.sends.run(() => this.handOver(frames)) as Promise<T>;
  }

  private async handOver(frames: Buffer[]): Promise<void> {
    const { address } = this.options;
    await this.rebinding;
    if (this.closed) throw new TransportClosed(address);
    const socket = this.socket!;
    try {
      await socket.send(frames);
    } catch (error) {
      const cause = error as Error;
      if (this.closed) throw new TransportClosed(address, { cause });
      // ZMQ did not take it: its successor will.
      if (socket.closed) return this.handOver(frames);
      throw new SendFailed(address, { cause });
    }
  }

  private async open(address: string): Promise<void> {
    const { mode = 'bind', queueLength = 100, linger = 1000, security } = this.options;
    const socket = new GuardedPush({
      sendHighWaterMark: queueLength,
      linger,
      // A message waits here, and not in a queue to a peer that may never come.
      immediate: true,
      // Else any bytes on the port, a port scan or a browser, pass for a peer of ZMTP 1 and swallow
      // messages.
      zapDomain: ZAP_DOMAIN,
      maxMessageSize: MAX_FRAME_OF_PEERS,
      ...KEEP_ALIVE,
      ...(this.peerTimeout !== undefined && heartbeats(this.peerTimeout)),
      ...security,
    });
    const watched = this.watch(socket);
    try {
      await open(socket, mode, address);
    } catch (error) {
      socket.close();
      await watched;
      throw error;
    }
    this.socket = socket;
    this.endpoint = socket.lastEndpoint;
    this.watched = Promise.all([this.watched, watched]);
  }

  /** With a new socket, as events of the old one may come when there are new connections. */
  private async rebind(): Promise<void> {
    const [port] = /\d+$/.exec(this.endpoint!)!;
    const address = this.options.address.replace(/[^:]+$/, port);
    this.retire();
    for (let tries = 1; ; tries++) {
      try {
        return await this.open(address);
      } catch (error) {
        if (this.closed) return;
        // ZMQ gives the port back a moment after it was told to.
        const isLasting = tries > REBIND_AT_ONCE;
        const message = 'the port could not be bound again, next attempt in 1 s';
        if (isLasting) this.telling.log.error(message, { address, error });
        await delay(isLasting ? 1000 : REBIND_AFTER_MS, undefined, { ref: false });
      }
    }
  }

  /** Messages that ZMQ holds are still delivered; peers that are connected no longer count. */
  private retire(): void {
    this.socket?.close();
    this.changePeers(() => this.peers.allEnded());
  }

  private async watch(socket: Push): Promise<void> {
    const { address, mode = 'bind', security } = this.options;
    const handshakes = new HandshakeLog(this.telling, address, mode, security);
    const reconnection = new Reconnection(socket, address, () => undefined);
    for await (const { type } of socket.events) {
      if (socket.closed) continue;
      handshakes.note(type);
      if (mode === 'connect') reconnection.note(type);
      if (type === 'connect:retry' && this.connectedPeers === 0) this._status$.next('disconnected');
      this.changePeers(() => this.peers.note(type));
    }
    reconnection.stop();
  }

  private changePeers(change: () => void): void {
    const before = this.connectedPeers;
    change();
    const { connectedPeers } = this;
    if (connectedPeers === before) return;
    this._status$.next(connectedPeers > 0 ? 'connected' : 'disconnected');
  }
}
