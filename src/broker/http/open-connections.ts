import type { Socket } from 'node:net';

interface Connection {
  readonly address: string;
  /** Calls that are not answered yet. */
  calls: number;
}

/** The result of adding a connection. */
export interface Addition {
  /** The limit that was reached, if one was. */
  readonly reached?: number;
  /** The connection that has to end to make room; if undefined at a limit, the new one is not added. */
  readonly ended?: Socket;
}

/**
 * The connections that are open, all together and of each address. One without a call is idle: those
 * that have been idle for longest have to end where others come.
 */
export class OpenConnections {
  private readonly connections = new Map<Socket, Connection>();
  private readonly ofAddress = new Map<string, number>();
  /** In the order in which they became idle. */
  private readonly idle = new Set<Socket>();

  /**
   * @param most all together
   * @param mostOfOne of one address
   */
  constructor(
    private readonly most: number,
    private readonly mostOfOne: number,
  ) {}

  /** Adds a connection, which is removed when it closes, and one that has to end for it at once. */
  add(socket: Socket, address: string): Addition {
    const reached = this.limitReached(address);
    const ended = reached === undefined ? undefined : this.longestIdle(reached, address);
    if (reached !== undefined && !ended) return { reached };
    if (ended) this.remove(ended);
    this.connections.set(socket, { address, calls: 0 });
    this.ofAddress.set(address, (this.ofAddress.get(address) ?? 0) + 1);
    this.idle.add(socket);
    socket.once('close', () => this.remove(socket));
    return { reached, ended };
  }

  callBegins(socket: Socket): void {
    const connection = this.connections.get(socket);
    if (!connection) return;
    connection.calls++;
    this.idle.delete(socket);
  }

  callEnds(socket: Socket): void {
    const connection = this.connections.get(socket);
    if (connection && --connection.calls === 0) this.idle.add(socket);
  }

  private limitReached(address: string): number | undefined {
    if ((this.ofAddress.get(address) ?? 0) >= this.mostOfOne) return this.mostOfOne;
    return this.connections.size >= this.most ? this.most : undefined;
  }

  /** Of the address itself, where it has too many. */
  private longestIdle(reached: number, address: string): Socket | undefined {
    if (reached !== this.mostOfOne) return this.idle.values().next().value;
    for (const socket of this.idle) {
      if (this.connections.get(socket)!.address === address) return socket;
    }
    return undefined;
  }

  private remove(socket: Socket): void {
    const connection = this.connections.get(socket);
    if (!connection) return;
    this.connections.delete(socket);
    this.idle.delete(socket);
    const left = this.ofAddress.get(connection.address)! - 1;
    if (left > 0) this.ofAddress.set(connection.address, left);
    else this.ofAddress.delete(connection.address);
  }
}
