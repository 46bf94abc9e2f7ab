import { messageOf } from '../api/message-of.js';
import { channelOf, channelPath } from './channel-path.js';

/** Why a file can't be shown, for people. */
export class FileNotShown extends Error {
  override readonly name = 'FileNotShown';

  constructor(
    readonly title: string,
    message: string,
    /** Whether the same may work in a moment. */
    readonly passes: boolean,
  ) {
    super(message);
  }
}

/** What `/files/meta` says of an entity, as far as it is used here. */
interface Entity {
  readonly attributes?: readonly { readonly name: string }[];
  readonly children?: readonly { readonly name: string }[];
}

/** By HTTP status. */
const NOT_SHOWN: Readonly<Record<number, { readonly title: string; readonly hint?: string }>> = {
  403: { title: 'Not allowed' },
  404: {
    title: 'File not found',
    hint: 'It appears once written. It may have been moved since.',
  },
  503: { title: 'Busy' },
  504: { title: 'Took too long' },
};

/**
 * The path in a file that is shown first: of a channel its plot, where the file has one, else its data;
 * without a path the file's own default plot, else the first channel.
 *
 * @param path as the address has it
 * @throws FileNotShown
 */
export async function pathToShow(
  file: string,
  path: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const root = await entityAt(file, '/', signal);
  if (path === undefined) {
    const says = (attribute: string) => root.attributes?.some(({ name }) => name === attribute);
    if (says('default')) return '/';
    const atRoot = says('layout') ? root.children?.[0]?.name : undefined;
    if (atRoot !== undefined) return `/${atRoot}/data`;
    const first = (await entityIfThere(file, '/data', signal))?.children?.[0]?.name;
    return first === undefined ? '/' : `${channelPath(first)}/data`;
  }
  const channel = channelOf(path);
  if (channel === undefined || path !== channelPath(channel)) return path;
  for (const better of [`/entry/${channel}`, `${path}/data`, `/${channel}/data`]) {
    if (await entityIfThere(file, better, signal)) return better;
  }
  return path;
}

async function entityIfThere(
  file: string,
  path: string,
  signal: AbortSignal,
): Promise<Entity | undefined> {
  try {
    return await entityAt(file, path, signal);
  } catch (error) {
    if (error instanceof FileNotShown && !error.passes) return undefined;
    throw error;
  }
}

async function entityAt(file: string, path: string, signal: AbortSignal): Promise<Entity> {
  const query = new URLSearchParams({ file, path });
  let response: Response;
  try {
    response = await fetch(`/files/meta?${query.toString()}`, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new FileNotShown('No answer', 'The server can’t be reached. Is it running?', true);
  }
  if (response.ok) return (await response.json()) as Entity;
  const said = messageOf(await response.json().catch(() => undefined));
  const { title, hint = '' } = NOT_SHOWN[response.status] ?? { title: 'Can’t be read' };
  throw new FileNotShown(title, `${said} ${hint}`.trim(), response.status >= 503);
}
