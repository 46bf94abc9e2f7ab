import type { EventType } from 'zeromq';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import type { PeerSecurity } from './socket-options.js';
import type { ConnectionWords, Telling } from './telling.js';

/** The words for each event of a socket that connects. */
const CONNECTING: Readonly<Record<string, keyof ConnectionWords>> = {
  'handshake:error:auth': 'refused',
  'handshake:error:protocol': 'keysDemanded',
  'handshake:error:protocol, with keys': 'keysUnused',
  'handshake:error:other, with keys': 'otherKey',
};

/** Logs the results of handshakes. */
export class HandshakeLog {
  private readonly suffix: string;
  private readonly throttle = new LogThrottle();
  private lastFailure: keyof ConnectionWords | undefined;

  constructor(
    private readonly telling: Telling,
    private readonly address: string,
    private readonly mode: 'bind' | 'connect',
    private readonly security: PeerSecurity = {},
  ) {
    this.suffix = security.curveSecretKey === undefined ? '' : ', with keys';
  }

  /** Whether the last handshake failed in a way that was logged. */
  get hasFailed(): boolean {
    return this.lastFailure !== undefined;
  }

  /** To be told of each event of the socket. */
  note(type: EventType): void {
    if (type === 'handshake') this.lastFailure = undefined;
    else if (type.startsWith('handshake:')) this.failed(type);
  }

  private failed(type: EventType): void {
    const { log, words } = this.telling;
    if (this.mode === 'bind') {
      // Without keys every port scan is one; a refusal is logged where it was decided.
      if (!this.security.curveServer || type === 'handshake:error:auth') return;
      const heldBack = this.throttle.pass('bind');
      if (heldBack === undefined) return;
      log.warn(words.peerRefused, { address: this.address, ...notLoggedBefore(heldBack) });
      return;
    }
    const failure = CONNECTING[type + this.suffix] ?? CONNECTING[type];
    if (failure === undefined || failure === this.lastFailure) return;
    this.lastFailure = failure;
    log.error(words[failure], { address: this.address });
  }
}
