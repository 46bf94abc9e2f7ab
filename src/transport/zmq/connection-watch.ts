import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { EventType } from 'zeromq';
import type { Telling } from './telling.js';

const FIRST_MS = 5_000;
const EVERY_MS = 60_000;
/** How long a connection or a name look-up may take when the cause of a failure is sought. */
const PATIENCE_MS = 3_000;

const CAUSES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not found',
  EAI_AGAIN: 'the name is not found: the name server does not answer',
  ECONNREFUSED: 'the connection is refused: nobody listens there',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'the host does not answer',
};

const NO_ZMQ = 'it accepts connections, but does not answer as ZMQ does';

/**
 * Warns after 5 s without a connection, and then every minute, with the cause. libzmq itself tries
 * again for ever and reports no cause, so a plain TCP connection is tried if not even that works.
 */
export class ConnectionWatch {
  private timer: NodeJS.Timeout | undefined;
  /** Whether TCP connected since the last warning, while ZMQ did not. */
  private wasReached = false;
  private wasRefused = false;

  /** @param address that the socket connects to, `tcp://host:port` */
  constructor(
    private readonly telling: Telling,
    private readonly address: string,
  ) {
    this.warnIn(FIRST_MS);
  }

  /** To be told of each event of the socket. */
  note(type: EventType): void {
    if (type === 'connect') this.wasReached = true;
    else if (type.startsWith('handshake:error')) this.wasRefused = true;
    else if (type === 'handshake') this.stop();
    else if (type === 'disconnect' && this.timer === undefined) this.warnIn(FIRST_MS);
  }

  /** Is connected, or closed. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.forget();
  }

  private forget(): void {
    this.wasReached = false;
    this.wasRefused = false;
  }

  private warnIn(ms: number): void {
    this.timer = setTimeout(() => {
      this.warnIn(EVERY_MS);
      void this.warn();
    }, ms);
  }

  private async warn(): Promise<void> {
    const { timer, wasReached, wasRefused } = this;
    const { log, words } = this.telling;
    this.forget();
    const reason = wasRefused ? words.reason : wasReached ? NO_ZMQ : await causeOf(this.address);
    if (this.timer !== timer) return;
    log.warn('not connected, trying again', { address: this.address, reason });
  }
}

/** Why there is no connection. */
async function causeOf(address: string): Promise<string> {
  const [, host, port] = /^tcp:\/\/\[?([^\]]+?)\]?:(\d+)$/.exec(address)!;
  try {
    const { address: ip } = await lookup(host);
    await tryOut(ip, Number(port));
    return NO_ZMQ;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return CAUSES[code ?? ''] ?? message;
  }
}

function tryOut(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    socket.on('connect', resolve);
    socket.on('timeout', () => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    socket.on('error', reject);
    for (const end of ['connect', 'timeout'] as const) socket.on(end, () => socket.destroy());
  });
}
