import { type Pull, type Socket } from 'zeromq';

/** Waits for a peer's next message; fails after two seconds rather than to hang. */
export async function nextMessage(pull: Pull): Promise<Buffer[]> {
  pull.receiveTimeout = 2000;
  return pull.receive();
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
