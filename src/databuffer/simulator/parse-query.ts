import { type Channel, backendOf } from '../../request/channel.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { BodyFields } from './body-fields.js';
import { QueryRefused } from './errors.js';
import { parseRange } from './parse-range.js';
import {
  CONFIG_FIELDS,
  ORDERINGS,
  POINT_FIELDS,
  type PointField,
  type SimulatorQuery,
} from './query.js';

const USUAL_FIELDS: readonly PointField[] = ['pulseId', 'globalDate', 'value', 'shape'];

/**
 * The query that a body is.
 *
 * @throws QueryRefused that names every field that is missing or wrong, or asks for what the simulator
 *   does not do
 */
export function parseQuery(body: unknown): SimulatorQuery {
  const fields = new BodyFields(body, []);
  fields.allow(
    ...['channels', 'range', 'ordering', 'eventFields', 'fields', 'configFields', 'response'],
    ...['valueTransformations'],
  );
  const query: SimulatorQuery = {
    channels: parseChannels(fields),
    range: parseRange(fields),
    ordering: fields.choice('ordering', ORDERINGS, 'asc'),
    eventFields: parseEventFields(fields),
    configFields: fields.names('configFields', CONFIG_FIELDS) ?? [],
  };
  checkResponse(fields.object('response'));
  if ([fields.get('valueTransformations') ?? []].flat().length > 0) {
    fields.refuse('valueTransformations', 'are not done here: leave them out');
  }
  ensureNone(fields);
  return query;
}

/**
 * The range of a mapping.
 *
 * @throws QueryRefused
 */
export function parseMapping(body: unknown): PulseRange {
  const fields = new BodyFields(body, []);
  fields.allow('range');
  const range = parseRange(fields);
  if (range.startExpansion || range.endExpansion) {
    fields.refuse('range', 'is not expanded in a mapping, which knows no channel');
  }
  ensureNone(fields);
  return range;
}

function ensureNone({ problems }: BodyFields): void {
  if (problems.length > 0) throw new QueryRefused(problems);
}

/** Channels are objects with a name and perhaps a backend, or names alone. */
function parseChannels(fields: BodyFields): Channel[] {
  const channels = fields.get('channels');
  if (!Array.isArray(channels) || channels.length === 0) {
    fields.refuse('channels', 'must be a list of at least one channel');
    return [];
  }
  return channels.flatMap((entry: unknown, index) => {
    const given = typeof entry === 'string' ? { name: entry } : entry;
    const channel = new BodyFields(given, fields.problems, `channels[${index}]`);
    channel.allow('name', 'backend');
    const name = channel.get('name');
    const backend = channel.get('backend');
    if (typeof name !== 'string' || name === '') {
      channel.refuse('name', 'must be a text');
      return [];
    }
    if (backend !== undefined && typeof backend !== 'string') {
      channel.refuse('backend', 'must be a text');
    }
    return { name, backend: (backend ?? backendOf(name)) as Channel['backend'] };
  });
}

function parseEventFields(fields: BodyFields): readonly PointField[] {
  if (fields.has('fields') && fields.has('eventFields')) {
    fields.refuse('fields', 'is another name of eventFields: give one of them');
  }
  const name = fields.has('fields') ? 'fields' : 'eventFields';
  return fields.names(name, POINT_FIELDS) ?? USUAL_FIELDS;
}

function checkResponse(response: BodyFields): void {
  response.allow('format', 'compression', 'allowRedirect');
  response.choice('format', ['json'], 'json');
  response.choice('compression', ['none'], 'none');
  // Nothing is redirected, whether it may be or not.
  response.flag('allowRedirect', true);
}
