import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import { Push } from 'zeromq';
import { encodeMessage } from './bsread-encoder.js';
import { channelsOf } from './message-patterns.js';
import { KEEP_ALIVE, open } from './socket-options.js';
import { NoReplies, SendFailed, TransportClosed, TransportNotOpen } from './transport-errors.js';

export interface ZmqClientOptions {
  /** Address to bind, `tcp://host:port`; `*` as host is every interface, as port a free one. */
  readonly address: string;
  /** High water mark: messages that ZMQ holds for each peer, 100 by default. */
  readonly queueLength?: number;
  /** How long close() lets peers take what ZMQ holds, in ms; 1000 by default. */
  readonly linger?: number;
}

export type ZmqClientStatus = 'connected' | 'disconnected';

/**
 * Sends events as bsread messages over a PUSH socket that it binds.
 *
 * An event completes when ZMQ took it for a peer. Without one it waits, in order, until a peer
 * comes or the client is closed; what was not handed over by then fails with TransportClosed.
 */
export class ZmqClient extends ClientProxy<Record<string, never>, ZmqClientStatus> {
  private socket: Push | undefined;
  private opening: Promise<void> | undefined;
  private watched: Promise<void> = Promise.resolve();
  private lastSend: Promise<unknown> = Promise.resolve();
  private closed = false;
  private messages = 0;
  private peers = 0;

  constructor(private readonly options: ZmqClientOptions) {
    super();
  }

  /**
   * Binds, once; emit() does it by itself.
   *
   * @throws AddressUnusable, and the next call tries again; TransportClosed after close()
   */
  async connect(): Promise<void> {
    if (this.closed) throw new TransportClosed(this.options.address);
    this.opening ??= this.bind().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    });
    await this.opening;
  }

  /**
   * Ends it for good: what waits for a peer fails with TransportClosed, what ZMQ holds is delivered.
   * Resolves when that is done or the linger time is over, and the port is free.
   */
  async close(): Promise<void> {
    this.closed = true;
    await this.opening?.catch(() => 'whoever called connect() has the error');
    this.socket?.close();
    await Promise.all([this.lastSend, this.watched]);
  }

  /** The Push socket. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as Nest declares it
  unwrap<T = Push>(): T {
    if (!this.socket) throw new TransportNotOpen(this.options.address);
    return this.socket as T;
  }

  /** The address bound, with the port that `*` stood for. */
  get lastEndpoint(): string | null {
    return this.socket && !this.socket.closed ? this.socket.lastEndpoint : null;
  }

  /** TCP connections to the socket; one that never says it is ZMQ counts until it is dropped (30 s). */
  get connectedPeers(): number {
    return this.peers;
  }

  protected publish({ pattern }: ReadPacket): never {
    throw new NoReplies(this.normalizePattern(pattern as string));
  }

  protected dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    const now = Date.now();
    const time = { sec: Math.floor(now / 1000), ns: (now % 1000) * 1_000_000 };
    const channels = channelsOf(
      this.normalizePattern(pattern as string),
      data as Record<string, unknown>,
    );
    const frames = encodeMessage(this.messages, time, channels);
    this.messages++;
    // One after another: a second send while one waits for a peer is an error to ZMQ.
    const sent = this.lastSend.then(() => this.handOver(frames));
    this.lastSend = sent.catch(() => 'the caller of emit() has the error');
    return sent as Promise<T>;
  }

  private async handOver(frames: Buffer[]): Promise<void> {
    const { address } = this.options;
    if (this.closed) throw new TransportClosed(address);
    try {
      await this.socket!.send(frames);
    } catch (error) {
      const cause = error as Error;
      throw this.closed
        ? new TransportClosed(address, { cause })
        : new SendFailed(address, { cause });
    }
  }

  private async bind(): Promise<void> {
    const { address, queueLength = 100, linger = 1000 } = this.options;
    const socket = new Push({
      sendHighWaterMark: queueLength,
      linger,
      // With a ZAP domain libzmq refuses ZMTP 1 and 2, and asks for nothing more. Else any bytes on
      // the port, a port scan or a browser, pass for a peer of ZMTP 1 and swallow messages.
      zapDomain: 'sf-databuffer',
      ...KEEP_ALIVE,
    });
    const watched = this.watch(socket);
    try {
      await open('bind', address, () => socket.bind(address));
    } catch (error) {
      socket.close();
      await watched;
      throw error;
    }
    this.socket = socket;
    this.watched = watched;
  }

  private async watch(socket: Push): Promise<void> {
    for await (const { type } of socket.events) {
      if (type === 'accept') this.peers++;
      else if (type === 'disconnect') this.peers--;
      else continue;
      this._status$.next(this.peers > 0 ? 'connected' : 'disconnected');
    }
    this.peers = 0;
  }
}
