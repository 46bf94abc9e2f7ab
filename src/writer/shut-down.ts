export const SHUT_DOWN = 'shut_down';

/** A request that the writer did not get to the end of, because it was told to end itself. */
export class ShutDown extends Error {
  override readonly name = 'ShutDown';
  readonly code = SHUT_DOWN;

  /** @param moment where the request stood, e.g. `before it was begun` */
  constructor(moment: string) {
    super(`the writer was shut down ${moment}`);
  }
}
