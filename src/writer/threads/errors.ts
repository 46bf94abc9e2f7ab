/** A writer whose first thread can't write a file would turn each request into an error file. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
  readonly code = 'cannot_write';

  /** @param reason with a remedy, if there is one */
  constructor(reason: string) {
    super(`this writer can't write files: ${reason}`);
  }
}

/** A worker thread ended and took its job with it, if it had one. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';
  readonly code = 'thread_lost';

  /**
   * @param reason of the end, e.g. that it ran out of memory
   * @param wasReady whether it had shown before that it can work: else it says nothing about the job
   */
  constructor(
    readonly reason: string,
    readonly wasReady: boolean,
    options?: ErrorOptions,
  ) {
    const when = wasReady ? 'in the middle of the job' : 'before it was ready';
    super(`the worker thread ended ${when}: ${reason}`, options);
  }
}
