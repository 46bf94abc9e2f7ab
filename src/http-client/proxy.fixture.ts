import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy on a free port of this machine that takes every name for 127.0.0.1. */
export class TestProxy {
  /** The calls that it got: `POST http://host/path`, `CONNECT host:port`. */
  readonly asked: string[] = [];
  /** Of the last call. */
  authorization: string | undefined;

  private readonly sockets = new Set<Socket>();

  private constructor(readonly server: Server) {
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => 'closed by the other end');
    });
    server.on('request', (call, reply) => {
      this.note(call);
      const { port, pathname } = new URL(call.url!);
      const { method, headers } = call;
      const options = { host: '127.0.0.1', port, path: pathname, method, headers };
      const onward = request(options, (answer) => {
        reply.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(reply);
      });
      call.pipe(onward);
    });
    server.on('connect', (call: IncomingMessage, socket: Socket) => {
      this.note(call);
      const onward = connect(Number(call.url!.split(':').at(-1)), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
    });
  }

  static async start(): Promise<TestProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestProxy(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private note({ method, url, headers }: IncomingMessage): void {
    this.asked.push(`${method} ${url}`);
    this.authorization = headers['proxy-authorization'];
  }
}
