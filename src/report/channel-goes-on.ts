/**
 * A channel comes again whose rows were stored as all there are. Stored anew, knowing that channels
 * come in pieces, all of it has its place.
 */
export class ChannelGoesOn extends Error {
  override readonly name = 'ChannelGoesOn';

  constructor(channel: string) {
    super(`more rows of ${channel} come after all of it was stored`);
  }
}
