import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** An HTTP reply. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

const HEAD_END = '\r\n\r\n';

/** Connects to an HTTP server, by its URL. */
export async function connectTo(url: string): Promise<KeepAliveConnection> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay(true);
  await once(socket, 'connect');
  return new KeepAliveConnection(socket, host);
}

/**
 * One connection to an HTTP server, for one call at a time. Sends and reads HTTP itself: node:http
 * takes as long for a call as the server does, and it is the server that is measured.
 */
class KeepAliveConnection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: Waiting | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly host: string,
  ) {
    socket.on('data', (bytes) => this.take(bytes));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the server closed the connection')));
  }

  /** @param body JSON */
  call(method: string, target: string, body = ''): Promise<Reply> {
    const head = [
      `${method} ${target} HTTP/1.1`,
      `Host: ${this.host}`,
      'Connection: keep-alive',
      ...(body ? ['Content-Type: application/json'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) return reject(new Error('the server closed the connection'));
      this.waiting = { resolve, reject };
      this.socket.write(`${head.join('\r\n')}${HEAD_END}${body}`);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(bytes: Buffer): void {
    this.received = this.received.length > 0 ? Buffer.concat([this.received, bytes]) : bytes;
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
    const [, length] = /^content-length: (\d+)$/im.exec(head) ?? [];
    if (!status || !length) {
      this.waiting?.reject(new Error(`a reply without status or length: ${head}`));
      return;
    }
    const bodyStart = headEnd + HEAD_END.length;
    if (this.received.length < bodyStart + Number(length)) return;
    const text = this.received.toString('utf8', bodyStart);
    this.received = Buffer.alloc(0);
    this.waiting?.resolve({ status: Number(status), text });
  }
}
