import { backendOf } from '../../../request/channel.js';
import type { Connections } from '../../http/connections.js';
import { endpointOf } from '../../http/endpoint.js';
import { fetchSmallJson } from '../../http/small-reply.js';

/** A facility has hundreds of thousands of channels. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The names of channels that a writer can ask for, by `search/channel`. @throws DataSourceError */
export async function searchedNames(
  api: string,
  nameRegex: string,
  connections: Connections,
): Promise<string[]> {
  const parameters = new URLSearchParams({ nameRegex, icase: 'false' });
  const url = endpointOf(api, '/search/channel', parameters.toString());
  const { channels } = ((await fetchSmallJson({ url, connections }, MOST_BYTES)) ?? {}) as {
    channels?: unknown;
  };
  const listed = Array.isArray(channels) ? (channels as ({ name?: unknown } | null)[]) : [];
  const names = listed
    .filter((each): each is { name: string; backend?: unknown } => isText(each?.name))
    .filter(({ name, backend }) => backend === undefined || backend === backendOf(name))
    .map(({ name }) => name);
  return [...new Set(names)];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
