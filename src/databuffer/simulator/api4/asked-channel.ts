import { type Api4Channel } from './api4-channel.js';
import { findApi4Channel } from './channels.js';
import { InvalidParameter, NotFoundHere } from './errors.js';
import { Parameters } from './parameters.js';
import { channelOfSeries } from './series.js';

/**
 * The channel that `backend` and either `channelName` or `seriesId` name.
 *
 * @throws InvalidParameter
 * @throws NotFoundHere
 */
export function findAsked(given: Readonly<Record<string, unknown>>): Api4Channel {
  const parameters = new Parameters(given);
  const [name, seriesId] = [parameters.text('channelName'), parameters.text('seriesId')];
  if ((name === undefined) === (seriesId === undefined)) {
    throw new InvalidParameter('channelName', 'or seriesId must be given, and only one of them');
  }
  if (seriesId !== undefined && !/^\d{1,20}$/.test(seriesId)) {
    throw new InvalidParameter('seriesId', 'must be an unsigned integer');
  }
  const backend = parameters.needed('backend');
  const channel =
    name === undefined ? channelOfSeries(seriesId ?? '') : findApi4Channel(name, backend);
  if (channel === undefined || channel.backend !== backend) {
    throw new NotFoundHere(`channel ${JSON.stringify(name ?? seriesId)} not found in ${backend}`);
  }
  return channel;
}
