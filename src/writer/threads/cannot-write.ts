/** A writer whose first thread can't write a file would turn each request into an error file. */
export class CannotWrite extends Error {
  override readonly name = 'CannotWrite';
  readonly code = 'cannot_write';

  /** @param reason with a remedy, if there is one */
  constructor(reason: string) {
    super(`this writer can't write files: ${reason}`);
  }
}
