import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

interface Pair {
  /** Of the process that connects. */
  readonly near: Socket;
  /** Of the one that listens. */
  readonly far: Socket;
}

/** A network between a process that listens and those that connect to it, which fails when told. */
export class Middle {
  private readonly pairs = new Set<Pair>();
  private isSilent = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (near: Socket) => this.join(near));
  }

  /** @param target the port of the process that listens @param port of this, any by default */
  static async before(target: number, port = 0): Promise<Middle> {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Middle(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Nothing passes any more, and nobody is told. */
  silence(): void {
    this.isSilent = true;
    for (const { near, far } of this.pairs) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  /** The connecting side sees its connections break. On the listening side they stay open, and nothing comes. */
  halfOpen(): void {
    for (const { near, far } of this.pairs) {
      near.unpipe(far);
      far.unpipe(near).resume();
      near.destroy();
    }
  }

  /** Connections that were silent or half open break; new ones pass. */
  restore(): void {
    this.isSilent = false;
    for (const { near, far } of this.pairs) {
      const isWhole = !near.destroyed && !near.isPaused();
      if (!isWhole) for (const socket of [near, far]) socket.destroy();
    }
  }

  close(): void {
    this.server.close();
    for (const { near, far } of this.pairs) for (const socket of [near, far]) socket.destroy();
  }

  private join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    const pair = { near, far };
    this.pairs.add(pair);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    if (this.isSilent) near.pause();
    else near.pipe(far).pipe(near);
    far.once('close', () => {
      this.pairs.delete(pair);
      near.destroy();
    });
    // Half open, the other side stays until it is restored.
    near.once('close', () => {
      if (near.readableEnded) far.end();
    });
  }
}
