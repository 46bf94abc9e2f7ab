/** One channel can't be stored; the rest of the file is not concerned. */
export class ChannelFailure extends Error {
  override readonly name = 'ChannelFailure';

  /**
   * @param code stable word for reports and metrics, e.g. `unknown_type`
   * @param message what is wrong with the channel, for people
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
