import { type Channel, backendOf } from '../../request/channel.js';
import type { FieldProblem } from '../../request/errors.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { InvalidQuery } from './invalid-query.js';
import { parseRange } from './parse-range.js';
import { CONFIG_FIELDS, EVENT_FIELDS, type Query } from './query.js';

/**
 * The query that a body is.
 *
 * @throws InvalidQuery that names every field that is missing or wrong
 */
export function parseQuery(body: unknown): Query {
  const fields = objectOf(body);
  const problems: FieldProblem[] = [];
  const query: Query = {
    channels: parseChannels(fields.channels, problems),
    range: parseRange(fields.range, problems),
    eventFields: parseNames('eventFields', EVENT_FIELDS, fields.eventFields, problems) ?? [
      'pulseId',
      'globalDate',
      'value',
      'shape',
    ],
    configFields: parseNames('configFields', CONFIG_FIELDS, fields.configFields, problems) ?? [
      'type',
      'shape',
    ],
  };
  checkResponse(fields.response ?? {}, problems);
  if (problems.length > 0) throw new InvalidQuery(problems);
  return query;
}

/**
 * The range of a mapping.
 *
 * @throws InvalidQuery
 */
export function parseMapping(body: unknown): PulseRange {
  const problems: FieldProblem[] = [];
  const range = parseRange(objectOf(body).range, problems);
  if (problems.length > 0) throw new InvalidQuery(problems);
  return range;
}

function objectOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  const problem = 'must be a JSON object, sent as application/json';
  throw new InvalidQuery([{ field: 'body', problem }]);
}

/** Channels are objects with a name and perhaps a backend, or names alone. */
function parseChannels(channels: unknown, problems: FieldProblem[]): Channel[] {
  if (!Array.isArray(channels) || channels.length === 0) {
    problems.push({ field: 'channels', problem: 'must be a list of at least one channel' });
    return [];
  }
  return channels.flatMap((entry: unknown, index) => {
    const { name, backend }: Partial<Channel> =
      typeof entry === 'string' ? { name: entry } : { ...(entry as object) };
    if (typeof name !== 'string' || name === '') {
      problems.push({ field: `channels[${index}].name`, problem: 'must be a text' });
      return [];
    }
    return { name, backend: backend ?? backendOf(name) };
  });
}

function parseNames<Name extends string>(
  field: string,
  known: readonly Name[],
  value: unknown,
  problems: FieldProblem[],
): readonly Name[] | undefined {
  if (value === undefined || value === null) return undefined;
  const names: unknown[] = Array.isArray(value) ? value : [value];
  const unknown = names.filter((name) => !(known as readonly unknown[]).includes(name));
  if (unknown.length > 0) {
    const problem = `has ${unknown.map((name) => JSON.stringify(name)).join(', ')}; known are ${known.join(', ')}`;
    problems.push({ field, problem });
  }
  return names as Name[];
}

function checkResponse(response: unknown, problems: FieldProblem[]): void {
  const { format = 'json', compression = 'none' } = objectOf(response);
  if (format !== 'json') problems.push({ field: 'response.format', problem: 'must be "json"' });
  if (compression !== 'none') {
    problems.push({ field: 'response.compression', problem: 'must be "none"' });
  }
}
