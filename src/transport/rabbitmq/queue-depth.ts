import type { Channel } from 'amqplib';

const INTERVAL_MS = 5000;

/** How many messages lie in some queues, asked at intervals; what consumers have in hand is not among them. */
export class QueueDepth {
  private messages: number | undefined;
  private emptySince: number | undefined;
  /** When the last look began that was answered. */
  private seen = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly queues: readonly string[]) {}

  /** Asks on this channel from now on, until it closes. */
  follow(channel: Channel): void {
    this.stop();
    channel.once('close', () => this.forget());
    let looking: Promise<void> | undefined;
    const look = () => {
      looking ??= this.look(channel).finally(() => (looking = undefined));
    };
    look();
    this.timer = setInterval(look, INTERVAL_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.forget();
  }

  /** Messages in all of them; undefined while nobody can tell. */
  get size(): number | undefined {
    return this.messages;
  }

  /** For how many seconds all have been seen empty each time; a look that is not answered says nothing. */
  get emptyFor(): number {
    return this.emptySince === undefined ? 0 : this.seen - this.emptySince;
  }

  private async look(channel: Channel): Promise<void> {
    const asked = performance.now() / 1000;
    try {
      const states = await Promise.all(this.queues.map((queue) => channel.checkQueue(queue)));
      this.seen = asked;
      this.messages = states.reduce((sum, { messageCount }) => sum + messageCount, 0);
      this.emptySince = this.messages === 0 ? (this.emptySince ?? asked) : undefined;
    } catch {
      // The channel is gone, and its user hears of it.
      this.forget();
    }
  }

  private forget(): void {
    this.messages = undefined;
    this.emptySince = undefined;
  }
}
