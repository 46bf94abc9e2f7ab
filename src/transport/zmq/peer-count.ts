import type { EventType } from 'zeromq';

/**
 * Counts the peers of a socket by its events. Events do not say which connection they are about: if one
 * ends while another has not finished its handshake, it may be either. This is settled as soon as the other
 * finishes its handshake, or ends (after 30 s at most).
 */
export class PeerCount {
  private connections = 0;
  private peers = 0;
  private ended = 0;

  /** Peers that are connected. A connection without a handshake does not count. */
  get connected(): number {
    return this.peers;
  }

  /** Connections of peers that ended so far. */
  get lost(): number {
    return this.ended;
  }

  /** To be told of each event of the socket. */
  note(type: EventType): void {
    if (type === 'accept' || type === 'connect') this.connections++;
    else if (type === 'disconnect') this.connections--;
    this.count(type === 'handshake' ? this.peers + 1 : this.peers);
  }

  /** The socket was closed: ZMQ ends its connections without a word. */
  allEnded(): void {
    this.connections = 0;
    this.count(0);
  }

  private count(peers: number): void {
    const before = this.peers;
    this.peers = Math.min(peers, this.connections);
    this.ended += Math.max(0, before - this.peers);
  }
}
