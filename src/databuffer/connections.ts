import type { Dispatcher } from 'undici';
// Of the whole of it each thread would keep 8 MB.
import Agent from 'undici/lib/dispatcher/agent.js';
import { reusingConnector } from './reusing-connector.js';

const CONNECT_MS = 3_000;
/** Short, so that no connection is used that its server is about to close. */
const IDLE_MS = 1_000;

/** One connection to each data server, kept for a moment in case that another download follows. */
export class Connections {
  readonly dispatcher: Dispatcher;

  /** @param connectMs that a server may take to accept one */
  constructor(readonly connectMs = CONNECT_MS) {
    this.dispatcher = new Agent({
      connections: 1,
      connect: reusingConnector(connectMs),
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
    });
  }

  /** Ends them, and the downloads that use them; without that they end on their own. */
  close(): Promise<void> {
    return this.dispatcher.destroy();
  }
}
