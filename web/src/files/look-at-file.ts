import { messageOf } from '../api/message-of.js';
import { channelOf } from './channel-path.js';

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

/**
 * The path in a file that is shown first: of a channel its plot, where the file has one; else its data.
 *
 * @param path as the address has it; without one, the file's own default plot
 * @throws FileNotShown
 */
export async function pathToShow(
  file: string,
  path: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  await entity(file, '/', signal);
  if (path === undefined) return '/';
  const channel = channelOf(path);
  if (path !== `/data/${channel}`) return path;
  for (const better of [`/entry/${channel}`, `${path}/data`]) {
    if (await isThere(file, better, signal)) return better;
  }
  return path;
}

async function isThere(file: string, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    await entity(file, path, signal);
    return true;
  } catch (error) {
    if (error instanceof FileNotShown && !error.passes) return false;
    throw error;
  }
}

async function entity(file: string, path: string, signal: AbortSignal): Promise<void> {
  const query = new URLSearchParams({ file, path });
  let response: Response;
  try {
    response = await fetch(`/files/meta?${query.toString()}`, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new FileNotShown('No answer', 'The server can’t be reached. Is it running?', true);
  }
  if (response.ok) return;
  const said = messageOf(await response.json().catch(() => undefined));
  throw new FileNotShown(titleOf(response.status), said, response.status >= 503);
}

function titleOf(status: number): string {
  if (status === 404) return 'Not there';
  if (status === 403) return 'Not allowed';
  if (status === 503) return 'Busy';
  if (status === 504) return 'Took too long';
  return 'Can’t be read';
}
