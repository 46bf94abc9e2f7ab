import type { EventType } from 'zeromq';
import type { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import type { PeerSecurity } from './socket-options.js';

const CONNECTING: Readonly<Record<string, string>> = {
  'handshake:error:auth':
    'refused: this address is not in --allow_from there, or this key not in --curve_allowed_keys',
  'handshake:error:protocol': 'connection failed: the other side demands CURVE keys (see keygen)',
  'handshake:error:protocol, with keys':
    'connection failed: the broker uses no CURVE keys, it runs without --curve_secret_key_file',
  'handshake:error:other, with keys':
    'connection failed: --curve_server_key_file is not the key of this broker',
};

/** Logs the results of handshakes, in words that name the setting to look at. */
export class HandshakeLog {
  private readonly suffix: string;
  private readonly throttle = new LogThrottle();
  private lastFailure: string | undefined;

  constructor(
    private readonly logger: EventLog,
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
    if (this.mode === 'bind') {
      // Without keys every port scan is one; a refusal is logged where it was decided.
      if (!this.security.curveServer || type === 'handshake:error:auth') return;
      const heldBack = this.throttle.pass('bind');
      if (heldBack === undefined) return;
      const message = 'peer refused: it has no CURVE keys, or not the public key of this broker';
      this.logger.warn(message, { address: this.address, ...notLoggedBefore(heldBack) });
      return;
    }
    const message = CONNECTING[type + this.suffix] ?? CONNECTING[type];
    if (message === undefined || message === this.lastFailure) return;
    this.lastFailure = message;
    this.logger.error(message, { address: this.address });
  }
}
