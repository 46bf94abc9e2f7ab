import type { Encoding } from './channel-description.js';
import { EventParts } from './event-rows.js';

/** The first events of a channel, held until it is known how its values look. */
export class HeldEvents {
  private readonly held: { readonly event: EventParts; readonly encoding: Encoding }[] = [];
  private used = 0;

  /** @param memory for their values; others may use it when none is held */
  constructor(private readonly memory: Uint8Array) {}

  get count(): number {
    return this.held.length;
  }

  /** The first one, and how its value is encoded. */
  get first(): { readonly event: EventParts; readonly encoding: Encoding } | undefined {
    return this.held[0];
  }

  /** Keeps a copy. @returns false where it finds no room */
  add(event: EventParts, encoding: Encoding): boolean {
    const length = event.end - event.start;
    if (this.used + length > this.memory.length) return false;
    const copy = Object.assign(new EventParts(), event);
    this.memory.set(event.bytes.subarray(event.start, event.end), this.used);
    copy.bytes = this.memory;
    copy.start = this.used;
    copy.end = this.used += length;
    this.held.push({ event: copy, encoding });
    return true;
  }

  /** Hands on what is held, in its order. */
  release(take: (event: EventParts, encoding: Encoding) => void): void {
    for (const { event, encoding } of this.held.splice(0)) take(event, encoding);
    this.used = 0;
  }
}
