/** What tells which requests are open can't be read: without it a broker would not know what to deliver. */
export class PastUnreadable extends Error {
  override readonly name = 'PastUnreadable';
  /** As the operating system has it. */
  readonly code: string | undefined;

  constructor(
    readonly file: string,
    cause: unknown,
  ) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(
      `${file} can't be read: ${message}. It tells which requests are open: put that right, and ` +
        `start the broker again.`,
      { cause },
    );
    this.code = code;
  }
}
