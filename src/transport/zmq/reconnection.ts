import type { EventType, Pull, Push } from 'zeromq';
import { OtherFamily } from './address-family.js';

/**
 * After a frame above the limit, or a handshake that is refused or breaks the protocol, libzmq silently
 * stops connecting. In all other cases it announces a retry at once after losing a connection.
 */
const GIVEN_UP_AFTER_MS = 1000;

/**
 * Connects a socket again if libzmq itself has given up, and to the other family of addresses if one
 * does not answer.
 */
export class Reconnection {
  private givenUp: NodeJS.Timeout | undefined;
  private readonly family: OtherFamily;

  /** @param announce is called before each time */
  constructor(
    private readonly socket: Pull | Push,
    private readonly address: string,
    private readonly announce: () => void,
  ) {
    this.family = new OtherFamily(socket, address);
  }

  /** To be told of each event of the socket. */
  note(type: EventType): void {
    this.family.note(type);
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
