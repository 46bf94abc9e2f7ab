import type { Channel } from '../../request/channel.js';
import { BodyFields } from './body-fields.js';
import { CATALOGUE } from './catalogue.js';
import { QueryRefused } from './errors.js';
import { ORDERINGS } from './query.js';
import type { SimulatedChannel } from './simulated-channel.js';

export const BACKENDS = [
  'sf-databuffer',
  'sf-imagebuffer',
] as const satisfies readonly Channel['backend'][];

/** Where all values of the simulator come from. */
export const SOURCE = 'simulator';

/** The channels of each backend that was asked for. */
export interface BackendList<Listed> {
  readonly backend: string;
  readonly channels: readonly Listed[];
}

/** The listed channels' names. @throws QueryRefused */
export function channelNames(body: unknown): BackendList<string>[] {
  return listOf(body, [], ({ name }) => name);
}

/** The properties of the listed channels. @throws QueryRefused */
export function channelConfigs(body: unknown): BackendList<object>[] {
  return listOf(body, ['sourceRegex'], ({ name, backend, type, shape, description }) => ({
    name,
    backend,
    source: SOURCE,
    type,
    shape,
    ...(description !== '' && { description }),
  }));
}

function listOf<Listed>(
  body: unknown,
  more: readonly string[],
  describe: (channel: SimulatedChannel) => Listed,
): BackendList<Listed>[] {
  const fields = new BodyFields(body ?? {}, []);
  fields.allow('regex', 'backends', 'ordering', 'reload', ...more);
  const [name, source] = [fields.pattern('regex'), fields.pattern('sourceRegex')];
  const backends: unknown[] = [fields.get('backends') ?? BACKENDS].flat();
  if (!backends.every((backend) => typeof backend === 'string')) {
    fields.refuse('backends', 'must be a list of names');
  }
  const ordering = fields.choice('ordering', ORDERINGS, 'none');
  fields.flag('reload', false);
  if (fields.problems.length > 0) throw new QueryRefused(fields.problems);
  const found = CATALOGUE.filter((channel) => name.test(channel.name) && source.test(SOURCE));
  if (ordering !== 'none') found.sort((one, other) => (one.name < other.name ? -1 : 1));
  if (ordering === 'desc') found.reverse();
  return BACKENDS.filter((backend) => backends.includes(backend)).map((backend) => ({
    backend,
    channels: found.filter((channel) => channel.backend === backend).map(describe),
  }));
}
