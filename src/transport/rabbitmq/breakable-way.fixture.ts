import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** A way to a server on this machine that can be opened, closed and broken. */
export class BreakableWay {
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((near) => this.join(near));
  private readonly target: URL;
  private listensOn = 0;

  private constructor(url: string) {
    this.target = new URL(url);
  }

  /** A port that nothing listens on yet. */
  static async to(url: string): Promise<BreakableWay> {
    const way = new BreakableWay(url);
    await way.open();
    await way.close();
    return way;
  }

  /** The server's URL by this way. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.listensOn);
    return url.toString();
  }

  async open(): Promise<void> {
    this.server.listen(this.listensOn, '127.0.0.1');
    await once(this.server, 'listening');
    this.listensOn = (this.server.address() as AddressInfo).port;
  }

  /** Connections end, and none is made any more. */
  async close(): Promise<void> {
    const closed = this.server.listening ? once(this.server, 'close') : undefined;
    this.server.close();
    this.cut();
    await closed;
  }

  /** Connections end; new ones can be made. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Nothing goes through any more, either way, and no connection ends. */
  hold(): void {
    for (const socket of this.sockets) socket.unpipe().resume();
  }

  /** Connections that are there now. */
  get size(): number {
    return this.sockets.size / 2;
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port || 5672), this.target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      this.sockets.add(one);
      one.on('error', () => 'the other end hears of it');
      one.once('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
