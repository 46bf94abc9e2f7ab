/** Something other than a regular file lies where a broker keeps its trail, or a file beside it. */
export class TrailFileUnusable extends Error {
  override readonly name = 'TrailFileUnusable';
  readonly code = 'trail_file_unusable';

  constructor(
    readonly file: string,
    /** folder, FIFO, socket or device */
    readonly kind: string,
  ) {
    super(
      `${file} is a ${kind}, and the broker needs a regular file there: remove it, or start the ` +
        `broker with another --audit_file.`,
    );
  }
}
