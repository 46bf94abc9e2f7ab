import type { StatusMessage } from './status-message.js';

/** Messages in order, so many at most: the oldest give way, as they say least when they can be published. */
export class WaitingMessages {
  private messages: StatusMessage[] = [];

  constructor(private readonly most: number) {}

  get size(): number {
    return this.messages.length;
  }

  /** @returns how many gave way */
  add(message: StatusMessage): number {
    this.messages.push(message);
    return this.trim();
  }

  /** The first of them, which do not wait any more. */
  take(count: number): readonly StatusMessage[] {
    return this.messages.splice(0, count);
  }

  /** They go before all others again. @returns how many gave way */
  putBack(taken: readonly StatusMessage[]): number {
    this.messages = [...taken, ...this.messages];
    return this.trim();
  }

  private trim(): number {
    return this.messages.splice(0, Math.max(this.messages.length - this.most, 0)).length;
  }
}
