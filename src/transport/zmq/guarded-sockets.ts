import { Pull, Push } from 'zeromq';

/*
 * libzmq 4.3.5 aborts the process where it has to write to a connection that it gave up. It gives one up
 * when it ends while messages from it wait for room (`!_io_error` in stream_engine_base.cpp), and it writes
 * to it then in two cases: a PING lies behind those messages in what was read from the connection at once,
 * or the socket sends PINGs itself. A process that stands still meets the first when it goes on, and a
 * stranger can bring about both.
 */

/** Numbers of libzmq's options for which zeromq has no names. */
const ZMQ_RCVHWM = 24;
const ZMQ_IN_BATCH_SIZE = 101;

/** Bytes of the shortest PING: flags, length, its name with the length of that, time to live. */
const SHORTEST_PING = 9;

/** A PULL socket that reads so little at once that no whole PING can follow the end of a message. */
export class GuardedPull extends Pull {
  constructor(options?: ConstructorParameters<typeof Pull>[0]) {
    super(options);
    this.setInt32Option(ZMQ_IN_BATCH_SIZE, SHORTEST_PING);
  }
}

/** A PUSH socket that always has room for messages of peers; only strangers send any. */
export class GuardedPush extends Push {
  constructor(options?: ConstructorParameters<typeof Push>[0]) {
    super(options);
    this.setInt32Option(ZMQ_RCVHWM, 0);
  }
}
