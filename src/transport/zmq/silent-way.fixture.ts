import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** A relay between two ends of a connection, which may fall silent without closing it. */
export interface SilentWay {
  readonly address: string;
  /** Nothing passes in connections that are there; new ones are as they should be. */
  goSilent(): void;
  close(): void;
}

/** @param target `tcp://127.0.0.1:port` */
export async function silentWay(target: string): Promise<SilentWay> {
  const port = Number(/\d+$/.exec(target)![0]);
  const pairs = new Set<{ silent: boolean; readonly ends: readonly Socket[] }>();
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    const pair = { silent: false, ends: [from, to] };
    pairs.add(pair);
    const join = (one: Socket, other: Socket) => {
      one.on('data', (data) => pair.silent || other.write(data));
      one.on('close', () => pair.silent || other.destroy());
      one.on('error', () => 'it is closed then');
    };
    join(from, to);
    join(to, from);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    goSilent: () => pairs.forEach((pair) => (pair.silent = true)),
    close: () => {
      server.close();
      for (const { ends } of pairs) for (const end of ends) end.destroy();
    },
  };
}
