import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Context, Reply } from 'zeromq';
import { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import { AllowedAddresses, plainAddress } from '../../config/allowed-addresses.js';
import type { AllowedKeys } from './curve/allowed-keys.js';
import { z85 } from './curve/z85.js';
import { type PeerSecurity, ZAP_DOMAIN } from './socket-options.js';

export interface ZapAuthenticatorOptions {
  readonly addresses: AllowedAddresses;
  /** Peers have to prove that they own one of these keys. */
  readonly curve?: { readonly secretKey: string; readonly allowed: AllowedKeys };
}

const [GRANTED, REFUSED] = ['200', '400'];

/**
 * Decides which peers may connect to sockets that bind: by their address, and by their key. Refusals are
 * logged, the same peer once a minute.
 *
 * It answers libzmq's questions (ZAP, ZeroMQ RFC 27) for the sockets that have its `socketOptions`.
 * While closed, or not started yet, it admits no peer.
 */
export class ZapAuthenticator implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new EventLog('Transport');
  private readonly refusals = new LogThrottle();
  private readonly context: Context | undefined;
  private handler: Reply | undefined;
  private answering: Promise<void> = Promise.resolve();
  private refused = 0;

  constructor(private readonly options: ZapAuthenticatorOptions) {
    if (!options.addresses.areAll || options.curve) this.context = new Context();
  }

  /** Options of guarded sockets. */
  get socketOptions(): PeerSecurity {
    const { context, options } = this;
    if (!context) return { zapDomain: ZAP_DOMAIN };
    const curve = options.curve && { curveServer: true, curveSecretKey: options.curve.secretKey };
    return { context, zapDomain: ZAP_DOMAIN, zapEnforceDomain: true, ...curve };
  }

  /** Peers that were refused so far. */
  get refusedPeers(): number {
    return this.refused;
  }

  /** Before sockets bind. @throws CurveKeyUnusable */
  async onApplicationBootstrap(): Promise<void> {
    await this.options.curve?.allowed.check();
    if (!this.context) return;
    this.handler = new Reply({ context: this.context, linger: 0 });
    await this.handler.bind('inproc://zeromq.zap.01');
    this.answering = this.answer(this.handler);
  }

  async onApplicationShutdown(): Promise<void> {
    this.handler?.close();
    await this.answering;
  }

  private async answer(handler: Reply): Promise<void> {
    for await (const [version, id, , peer, , mechanism, key] of handler) {
      const address = plainAddress(String(peer));
      const allowed = await this.admits(address, String(mechanism), key);
      if (handler.closed) return;
      await handler.send([version, id, allowed ? GRANTED : REFUSED, '', '', '']);
    }
  }

  private async admits(address: string, mechanism: string, key?: Buffer): Promise<boolean> {
    const { addresses, curve } = this.options;
    if (!addresses.has(address)) {
      this.refuse(address, 'peer refused: its address is not in --allow_from');
      return false;
    }
    if (!curve) return true;
    const publicKey = mechanism === 'CURVE' && key ? z85(key) : '';
    try {
      const owner = await curve.allowed.ownerOf(publicKey);
      if (owner !== undefined) {
        this.logger.log('peer admitted', { peer: address, key_owner: owner });
        return true;
      }
      this.refuse(address, 'peer refused: its key is not in --curve_allowed_keys', publicKey);
    } catch (error) {
      this.logger.error("peer refused: the allowed keys can't be read", { peer: address, error });
      this.refused++;
    }
    return false;
  }

  private refuse(address: string, message: string, publicKey?: string): void {
    this.refused++;
    const heldBack = this.refusals.pass(`${address} ${message}`);
    if (heldBack === undefined) return;
    this.logger.warn(message, {
      peer: address,
      public_key: publicKey,
      ...notLoggedBefore(heldBack),
    });
  }
}
