/** Without its state folder a writer could neither clean up after itself nor keep what failed. */
export class StateDirectoryUnusable extends Error {
  override readonly name = 'StateDirectoryUnusable';
  readonly code = 'state_dir_unusable';

  constructor(
    readonly path: string,
    cause: NodeJS.ErrnoException,
  ) {
    super(
      `The state folder ${path} can't be used (${cause.code ?? cause.message}): make it writable for ` +
        `user ${process.geteuid?.() ?? 'of the writer'}, or name another one with --state_dir.`,
      { cause },
    );
  }
}
