import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A file server that is away may never answer. */
const PATIENCE_MS = 2000;

/** A folder on whose disk room is needed, and for what. */
export interface WatchedFolder {
  readonly use: 'output' | 'trail' | 'state';
  readonly path: string;
}

/** Bytes of a disk, or why they are not known. */
export type DiskState =
  | { readonly free: number; readonly size: number }
  | { readonly problem: 'absent' | 'no answer' | 'not readable' };

/** How full the disks of some folders are. */
export class DiskSpace {
  private readonly looking = new Map<string, Promise<DiskState>>();

  constructor(readonly folders: readonly WatchedFolder[]) {}

  async look(): Promise<(WatchedFolder & DiskState)[]> {
    return Promise.all(
      this.folders.map(async (folder) => ({ ...folder, ...(await this.stateOf(folder.path)) })),
    );
  }

  /** A look that does not come back is not begun again: each takes a thread. */
  private stateOf(path: string): Promise<DiskState> {
    let look = this.looking.get(path);
    if (!look) {
      look = diskState(path).finally(() => this.looking.delete(path));
      this.looking.set(path, look);
    }
    const silent = { problem: 'no answer' } as const;
    return Promise.race([look, delay(PATIENCE_MS, silent, { ref: false })]);
  }
}

async function diskState(path: string): Promise<DiskState> {
  try {
    const { bsize, bavail, blocks } = await statfs(path);
    return { free: bsize * bavail, size: bsize * blocks };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? 'absent' : 'not readable' };
  }
}
