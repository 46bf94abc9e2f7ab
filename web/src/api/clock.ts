import { Store, useReading } from './store.js';

/** Seconds by which the broker's clock is ahead of the browser's. */
let ahead = 0;

/** Now by the broker's clock, in seconds since the epoch, once a second: ages all change at the same moment. */
export const now = new Store(Date.now() / 1000);

setInterval(() => now.set(Date.now() / 1000 + ahead), 1000);

/**
 * Sets the clock by a reply of the broker.
 *
 * @param time of the broker, in seconds since the epoch
 * @param asked when it was asked, by the browser's clock, in ms
 */
export function setClock(time: number, asked: number): void {
  ahead = time - (asked + Date.now()) / 2000;
}

/** A text that depends on the time, e.g. an age; the component is drawn anew when the text changes. */
export function useTimeText(read: (now: number) => string): string {
  return useReading(now, read);
}
