import { BaseRpcContext, type CustomTransportStrategy, type Server } from '@nestjs/microservices';

/** Nest's token of the server that takes a broker's reports. */
export const REPORT_SERVER = Symbol('ReportServer');
/** Nest's token of the server that takes a writer's requests. */
export const REQUEST_SERVER = Symbol('RequestServer');

/**
 * Receives messages and hands them to Nest's event handlers. A message is taken when its handler has
 * returned; handlers of requests return at once, as those are held by name until they are done.
 */
export interface MessageServer extends Server<MessageServerEvents>, CustomTransportStrategy {
  /** Whether a sender is connected. */
  readonly isConnected: boolean;
  /** Messages that were rejected so far, by the code of what is wrong with them. */
  readonly rejected: ReadonlyMap<string, number>;
}

// A type, not an interface: Nest asks for an index signature.
export type MessageServerEvents = {
  /** Receiving ended without close(). Without a listener this ends the process, as streams do. */
  error: (error: Error) => void;
};

/** Takes a message that no handler can take, as it came, with the reason. Its own errors are logged. */
export type TakeRejected = (frames: Buffer[], error: Error) => void | Promise<void>;

/** Facts about a message besides its data, for handlers. */
export class MessageContext extends BaseRpcContext<[sent: number | undefined, pattern: string]> {
  /** When it was sent, by the sender's clock: seconds since the epoch. */
  get sent(): number | undefined {
    return this.getArgByIndex(0);
  }
}
