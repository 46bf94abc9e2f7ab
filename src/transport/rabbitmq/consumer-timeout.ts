/** RabbitMQ ends the connection of a consumer that keeps a message for so long without acknowledging it, ms. */
const USUAL_TIMEOUT_MS = 30 * 60 * 1000;
/** Part of it after which a request is taken off the queue. */
const PART = 2 / 3;

/**
 * How long RabbitMQ waits for a message to be acknowledged. Its node may be set to another time, which it says
 * when it is over.
 */
export class ConsumerTimeout {
  private timeout = USUAL_TIMEOUT_MS;

  /** How long a request may be kept, ms. */
  get patience(): number {
    return this.timeout * PART;
  }

  /** How long RabbitMQ waits, s. */
  get seconds(): number {
    return this.timeout / 1000;
  }

  /** @returns whether this was the end of a message that was kept for too long */
  learn(error: Error | undefined): boolean {
    const said = /delivery acknowledgement .* timed out\. Timeout value used: (\d+) ms/.exec(
      error?.message ?? '',
    );
    if (!said) return false;
    this.timeout = Number(said[1]);
    return true;
  }
}
