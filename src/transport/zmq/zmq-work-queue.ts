import { NEVER, Subject } from 'rxjs';
import { OWN_PATTERNS } from '../own-patterns.js';
import type { WorkQueue, WriterAddresses } from '../work-queue.js';
import { IN_OWN_WORDS } from './own-telling.js';
import type { ZapAuthenticator } from './zap-authenticator.js';
import { ZmqClient } from './zmq-client.js';
import { HELLO_S, ZmqConsumers, type ZmqConsumersOptions } from './zmq-consumers.js';
import type { ZmqServer } from './zmq-server.js';

export interface ZmqWorkQueueOptions {
  /** Where the socket binds, as {@link ZmqClient} has it. */
  readonly address: string;
  /** High water mark: messages that ZMQ holds for each writer. */
  readonly queueLength?: number;
  readonly consumers: ZmqConsumersOptions;
  readonly authenticator: ZapAuthenticator;
  /** Takes reports of writers; undefined if writers do not report. */
  readonly reports?: ZmqServer;
}

/** A PUSH socket that deals out to all PULL sockets that connect. */
export class ZmqWorkQueue extends ZmqClient implements WorkQueue {
  private readonly changed = new Subject<void>();
  readonly changes = this.changed.asObservable();
  readonly losses = NEVER;
  readonly consumers: ZmqConsumers;

  constructor(private readonly parts: ZmqWorkQueueOptions) {
    const { address, queueLength, authenticator } = parts;
    const security = authenticator.socketOptions;
    const patterns = OWN_PATTERNS;
    super({ address, queueLength, security, patterns, telling: IN_OWN_WORDS });
    this.consumers = new ZmqConsumers(parts.consumers, this);
    this.status.subscribe(() => {
      this.changed.next();
      // A moment later, as a timer may be early.
      setTimeout(() => this.changed.next(), HELLO_S * 1000 + 5).unref();
    });
  }

  /** Reports come to the port behind this one, whosoever request they are about. */
  isFor(): void {}

  get isReady(): boolean {
    return this.connectedPeers > 0;
  }

  get refusedPeers(): number {
    return this.parts.authenticator.refusedPeers;
  }

  get addresses(): WriterAddresses {
    const { lastEndpoint: stream } = this;
    const reports = this.parts.reports?.lastEndpoint ?? null;
    return { stream_address: reachable(stream), report_address: reachable(reports) };
  }

  health() {
    const { lastEndpoint: output } = this;
    const { reports: server } = this.parts;
    const reports = server?.lastEndpoint ?? null;
    const isOpen = output !== null && (reports !== null || server === undefined);
    return { isOpen, facts: { output, reports } };
  }
}

/** The address to connect to for one that was bound. */
function reachable(endpoint: string | null): string | null {
  return endpoint?.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//127.0.0.1:') ?? null;
}
