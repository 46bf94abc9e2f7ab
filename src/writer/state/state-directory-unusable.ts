/** A writer goes on without its state folder; what killed writers leave behind stays then. */
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
