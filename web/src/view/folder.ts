import { messageOf } from '../api/message-of.js';

export interface ListedFile {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly modified: string;
}

/** What a folder has in it. */
export interface Folder {
  readonly files: readonly ListedFile[];
  readonly folders: readonly string[];
  /** Entries that are left out, as there are too many. */
  readonly more?: number;
}

/** @throws Error with the program's sentence */
export async function folderAt(folder: string, signal: AbortSignal): Promise<Folder> {
  let response: Response;
  try {
    response = await fetch(`/files/list?${new URLSearchParams({ folder }).toString()}`, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error('sf-databuffer view can’t be reached: start it again.', { cause: error });
  }
  const reply: unknown = await response.json();
  if (!response.ok) throw new Error(messageOf(reply));
  return reply as Folder;
}
