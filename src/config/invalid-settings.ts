/** Settings that are wrong or unknown: all of them, each with where it came from. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
  readonly code = 'invalid_settings';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}
