import type { DestinationStream } from 'pino';

/**
 * Hands lines on at the end of the event loop's turn, all of them with one write: whoever is
 * answered within the turn does not wait for the log. A process that ends by itself, by an
 * exception that nobody caught as well, hands them on before.
 */
export class EndOfTurn implements DestinationStream {
  private waiting: string[] = [];

  /** @param format what is handed on for a line */
  constructor(
    private readonly destination: DestinationStream,
    private readonly format: (line: string) => string,
  ) {}

  write(line: string): void {
    this.waiting.push(line);
    if (this.waiting.length > 1) return;
    setImmediate(this.flush);
    process.once('exit', this.flush);
  }

  /** Hands on all waiting lines at once. */
  readonly flush = (): void => {
    if (this.waiting.length === 0) return;
    const text = this.waiting.map(this.format).join('');
    this.waiting = [];
    process.off('exit', this.flush);
    this.destination.write(text);
  };
}
