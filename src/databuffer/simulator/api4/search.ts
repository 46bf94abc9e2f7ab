import { SOURCE } from '../channel-lists.js';
import { type Api4Channel, scalarTypeOf, shapeOf } from './api4-channel.js';
import { API4_CATALOGUE, findApi4Channel } from './channels.js';
import { Parameters } from './parameters.js';
import { seriesIdOf } from './series.js';

/** A channel as a search finds it. */
export interface FoundChannel {
  readonly backend: string;
  readonly name: string;
  readonly seriesId: number;
  readonly source: string;
  readonly type: string;
  /** Of a scalar none. */
  readonly shape: readonly number[];
  readonly unit: string;
  readonly description: string;
}

/**
 * The channels that `search/channel` finds: those that are listed, and of the others those whose names the regular
 * expression spells out, `^(?:NAME|NAME)$`.
 *
 * @throws InvalidParameter
 */
export function searchChannels(given: Readonly<Record<string, unknown>>): FoundChannel[] {
  const parameters = new Parameters(given);
  const flags = parameters.text('icase') === 'false' ? '' : 'i';
  const name = parameters.pattern('nameRegex', flags);
  const source = parameters.pattern('sourceRegex', flags);
  const description = parameters.pattern('descriptionRegex', flags);
  const backend = parameters.text('backend');
  // There are channels of one kind alone.
  if ((parameters.text('kind') ?? 'channelData') !== 'channelData' || !source.test(SOURCE))
    return [];
  const listed = API4_CATALOGUE.filter((channel) => name.test(channel.name));
  const names = new Set(listed.map((channel) => channel.name));
  const spelled = namesIn(parameters.text('nameRegex') ?? '')
    .filter((each) => !names.has(each))
    .map((each) => channelOfName(each, backend));
  return [...listed, ...spelled]
    .filter((channel) => channel !== undefined)
    .filter((channel) => backend === undefined || backend === '' || channel.backend === backend)
    .filter((channel) => description.test(channel.description))
    .map(describe);
}

/** A channel as it is searched and configured. */
export function describe(channel: Api4Channel): FoundChannel {
  const { backend, name, unit = '', description } = channel;
  return {
    ...{ backend, name, seriesId: seriesIdOf(channel), source: SOURCE },
    ...{ type: scalarTypeOf(channel), shape: shapeOf(channel), unit, description },
  };
}

/** The names that a regular expression has as alternatives, whole. */
function namesIn(regex: string): string[] {
  const [, alternatives = ''] = /^\^\(?(?:\?:)?(.*?)\)?\$$/.exec(regex) ?? [];
  return alternatives === ''
    ? []
    : alternatives.split('|').map((each) => each.replaceAll(/\\(\W)/g, '$1'));
}

function channelOfName(name: string, backend: string | undefined): Api4Channel | undefined {
  if (backend !== undefined && backend !== '') return findApi4Channel(name, backend);
  return findApi4Channel(name, 'sf-databuffer') ?? findApi4Channel(name, 'sf-imagebuffer');
}
