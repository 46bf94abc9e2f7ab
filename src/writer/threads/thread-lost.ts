/** A worker thread ended in the middle of its job, and took the job with it. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';
  readonly code = 'thread_lost';

  /** @param reason of the end, e.g. that it ran out of memory */
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`the worker thread ended in the middle of the job: ${reason}`, options);
  }
}
