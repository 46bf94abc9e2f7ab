import type { EventType, Pull, Push } from 'zeromq';

/**
 * After a frame above the limit, or a handshake that is refused or breaks the protocol, libzmq
 * connects no more and says nothing; else its announcement of a retry follows the loss of a
 * connection at once.
 */
const GIVEN_UP_AFTER_MS = 1000;

/** Connects a socket anew where libzmq itself has given up. */
export class Reconnection {
  private givenUp: NodeJS.Timeout | undefined;

  /** @param announce is called before each time */
  constructor(
    private readonly socket: Pull | Push,
    private readonly address: string,
    private readonly announce: () => void,
  ) {}

  /** To be told of each event of the socket. */
  note(type: EventType): void {
    if (type === 'connect:retry') clearTimeout(this.givenUp);
    if (type !== 'disconnect') return;
    clearTimeout(this.givenUp);
    this.givenUp = setTimeout(() => this.connectAnew(), GIVEN_UP_AFTER_MS);
  }

  stop(): void {
    clearTimeout(this.givenUp);
  }

  private connectAnew(): void {
    if (this.socket.closed) return;
    this.announce();
    this.socket.connect(this.address);
  }
}
