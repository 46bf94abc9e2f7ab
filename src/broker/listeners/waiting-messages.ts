import type { StatusMessage } from './status-message.js';

/** How much may wait. */
export interface WaitingLimits {
  readonly messages: number;
  /** Of bodies: each names all channels of a request. */
  readonly bytes: number;
}

/** Messages in order, within limits: the oldest give way, as they say least when they can be published. */
export class WaitingMessages {
  private messages: StatusMessage[] = [];
  private bytes = 0;

  constructor(private readonly limits: WaitingLimits) {}

  get size(): number {
    return this.messages.length;
  }

  /** @returns how many gave way */
  add(message: StatusMessage): number {
    this.messages.push(message);
    this.bytes += message.body.length;
    return this.trim();
  }

  /** The first of them, which do not wait any more. */
  take(count: number): readonly StatusMessage[] {
    const taken = this.messages.splice(0, count);
    this.bytes -= bytesOf(taken);
    return taken;
  }

  /** They go before all others again. @returns how many gave way */
  putBack(taken: readonly StatusMessage[]): number {
    this.messages = [...taken, ...this.messages];
    this.bytes += bytesOf(taken);
    return this.trim();
  }

  private trim(): number {
    const { messages, bytes } = this.limits;
    let gone = 0;
    while (this.messages.length > messages || this.bytes > bytes) gone += this.take(1).length;
    return gone;
  }
}

function bytesOf(messages: readonly StatusMessage[]): number {
  return messages.reduce((sum, { body }) => sum + body.length, 0);
}
