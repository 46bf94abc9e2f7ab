import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A server that says what it is told, whatever it is asked. */
export class RawServer {
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  /**
   * Says `start`, and then the same text again and again, as fast as it is taken or slowly; without
   * one it closes the connection.
   *
   * @returns where it is asked
   */
  async says(start: string | Buffer, again?: string, everyMs?: number): Promise<string> {
    return this.serve((socket) => {
      socket.write(start);
      if (again === undefined) socket.end();
      else if (everyMs === undefined) pour(socket, again);
      else {
        const timer = setInterval(() => socket.write(again), everyMs);
        socket.on('close', () => clearInterval(timer));
      }
    });
  }

  /** Answers each question, which has to come in one piece. @returns where it is asked */
  async serve(answer: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => 'closed by the other end');
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('data', () => answer(socket));
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/query`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    for (const server of this.servers.splice(0)) {
      await new Promise((resolve) => server.close(resolve));
    }
  }
}

function pour(socket: Socket, text: string): void {
  const fill = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', fill);
  fill();
}
