import { vi } from 'vitest';
import { type Pull, type Socket } from 'zeromq';

/** Waits for a peer's next message; fails after four seconds rather than to hang. */
export async function nextMessage(pull: Pull): Promise<Buffer[]> {
  pull.receiveTimeout = 4000;
  return pull.receive();
}

/** Waits until an expectation holds or an action works: ten seconds, for machines that are busy. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 10 });
}

/** Closes all sockets of a test. */
export function closeAll(sockets: Socket[]): void {
  for (const socket of sockets.splice(0)) socket.close();
}

/** A promise and what settles it. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
