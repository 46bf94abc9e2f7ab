/** What became of each file that was to be copied. */
export interface CopyUserFilesReply {
  /** error: some could not be copied; those in destination_files were. */
  readonly status: 'ok' | 'error';
  /** @example '1 file was copied to /sf/bernina/data/p12345/raw/run0007/aux' */
  readonly message: string;
  /**
   * Where each file that was copied is now.
   *
   * @example { '/sf/bernina/data/p12345/res/notes.json': '/sf/bernina/data/p12345/raw/run0007/aux/notes.json' }
   */
  readonly destination_files: Readonly<Record<string, string>>;
  /**
   * Why each of the others was not copied.
   *
   * @example {}
   */
  readonly error_files: Readonly<Record<string, string>>;
  /** Where some were not copied, as with other errors. @example 'RuntimeError' */
  readonly exception?: string;
}
