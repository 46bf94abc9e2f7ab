/** The writer can't run as the user that it was told to: it must not run at all. */
export class UserIdNotApplied extends Error {
  override readonly name = 'UserIdNotApplied';
  readonly code = 'user_id_not_applied';

  constructor(
    readonly userId: number,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(
      `The writer can't run as user ${userId}: ${reason}. Start it as root, or as that user, or leave user_id out.`,
      options,
    );
  }
}
