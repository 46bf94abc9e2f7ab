import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Partner } from './partner.js';
import { newBuffers, SharedBuffers, type SharedParts } from './shared-buffers.js';

/** What a partner needs to work for a thread. */
export interface PartnerOffer {
  readonly port: MessagePort;
  readonly parts: SharedParts;
}

/** Whether a thread has a partner that writes files for it: never a condition for a file. */
export class Partnership {
  private partner: Partner | undefined;
  private settle: () => void = () => undefined;
  private settled: Promise<void> = Promise.resolve();

  /**
   * @param ask has a thread started that has the offer; without it there is never one
   * @param buffers for rows on their way, whoever writes them
   */
  constructor(
    private readonly ask?: (offer: PartnerOffer) => void,
    readonly buffers: readonly SharedArrayBuffer[] = newBuffers(),
  ) {}

  /** HDF5 failed at the partner: it must not write another file. */
  get needsFreshThread(): boolean {
    return this.partner?.needsFreshThread === true;
  }

  /** Asks for a partner where there is none. @returns resolves when it is ready, or could not be started */
  want(): Promise<void> {
    if (this.partner || !this.ask) return this.settled;
    const { port1: own, port2: port } = new MessageChannel();
    const parts = SharedBuffers.partsFor(this.buffers);
    this.settled = new Promise((resolve) => (this.settle = resolve));
    this.partner = new Partner(own, parts, this.settle);
    this.ask({ port, parts });
    return this.settled;
  }

  /** The partner that was asked for could not be started. */
  failed(): void {
    this.partner?.close();
    this.partner = undefined;
    this.settle();
  }

  /** A partner that is ready now, and stores packed values if and only if `packs`; else asks for one. */
  readyPartner(packs: boolean): Partner | undefined {
    if (this.partner?.buffers.isReady(packs)) return this.partner;
    void this.want();
    return undefined;
  }
}
