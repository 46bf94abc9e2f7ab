import type { HeldWait } from '../report/held.js';
import type { MessageFacts } from '../transport/message-server.js';
import type { HeldRequest } from './held-request.js';

type TellQueue = NonNullable<MessageFacts['setAside']>;

/** What a request waits for without taking a place. */
const WITHOUT_PLACE: ReadonlySet<HeldWait | undefined> = new Set(['time', 'data', 'retry']);
/** A queue of any length would be held here else, while its data is late. */
const MOST = 100;

/** Has queues hand out another request in the stead of each that waits without taking a place. */
export class SetAside {
  /** For each time that a request was handed out and not let go. */
  private readonly handedOut = new Map<HeldRequest, Set<TellQueue>>();
  private readonly aside = new Set<HeldRequest>();

  /** @param over when the request has ended here, or its queue has let go of it: it counts no more */
  watch(held: HeldRequest, tell: TellQueue, over: Promise<unknown>): void {
    const tells = this.handedOut.get(held) ?? new Set();
    this.handedOut.set(held, tells.add(tell));
    if (this.aside.has(held)) void tell(true);
    else this.look(held);
    const forget = () => {
      tells.delete(tell);
      if (tells.size > 0) return;
      this.handedOut.delete(held);
      this.aside.delete(held);
    };
    void over.then(forget, forget);
  }

  /** A request may wait for something else now. */
  look(held: HeldRequest): void {
    const tells = this.handedOut.get(held);
    const isAside = WITHOUT_PLACE.has(held.waitsFor);
    if (!tells || isAside === this.aside.has(held)) return;
    if (isAside && this.aside.size >= MOST) return;
    if (isAside) this.aside.add(held);
    else this.aside.delete(held);
    for (const tell of tells) void tell(isAside);
  }
}
