import { randomUUID } from 'node:crypto';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, statSync } from 'node:fs';
import { type FileHandle, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { OpenFolder } from '../filesystem/open-folder.js';
import { realPath } from '../filesystem/real-path.js';
import { syncFolderAside } from '../filesystem/sync-folder.js';
import { PgroupFolderMissing, PgroupNotWritable } from './errors.js';
import { RUN_INFO } from './run-names.js';

/** New folders pass their group on; writers may run as other users of it. */
const FOLDER_MODE = 0o2775;
const FILE_MODE = 0o664;
const PERMISSIONS = 0o7777;
const SETGID = 0o2000;

/** Files that are to get their names when they are on disk. What is left of a crash has it in its name. */
const STAGED = '.staged-';

/** A text on disk that has no name of its own yet. */
export type Staged = string;

/**
 * A pgroup's raw folder, held open with those below it that are used. Nothing in it that became a symbolic
 * link is followed. To be closed.
 *
 * What is made takes the raw folder's group and may be written by it, whatever the umask is.
 */
export class RawFolder {
  private readonly folders = new Map<string, OpenFolder>();
  /** Those whose entries have changed and may not be on disk. */
  private readonly changed = new Set<OpenFolder>();
  /** Texts that have no name of their own yet. */
  private readonly staged = new Set<Staged>();
  /** Those whose group has no right to write yet. */
  private readonly closedToGroup: string[] = [];

  private constructor(
    /** As it is told, symbolic links included. */
    readonly path: string,
    private readonly top: OpenFolder,
    private readonly gid: number,
  ) {}

  /** @throws PgroupFolderMissing */
  static open(path: string): RawFolder {
    try {
      const folder = OpenFolder.open(realPath(path));
      return new RawFolder(path, folder, statSync(folder.at('.')).gid);
    } catch (error) {
      throw new PgroupFolderMissing(path, error);
    }
  }

  /** @throws PgroupNotWritable where entries of a folder, which exists, can't be made */
  refuseUnwritable(relative: string): void {
    try {
      accessSync(this.folder(relative).at('.'), constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new PgroupNotWritable(join(this.path, relative), error);
    }
  }

  /**
   * Opens a folder below it, `''` for itself.
   *
   * @throws NodeJS.ErrnoException; ENOTDIR also where a part of its path is a symbolic link
   */
  folder(relative: string): OpenFolder {
    if (relative === '' || relative === '.') return this.top;
    const known = this.folders.get(relative);
    if (known) return known;
    const parts = relative.split('/');
    const folder = this.folder(parts.slice(0, -1).join('/')).folder(parts.at(-1)!);
    this.folders.set(relative, folder);
    return folder;
  }

  /** The same; undefined where there is none. */
  folderIfThere(relative: string): OpenFolder | undefined {
    try {
      return this.folder(relative);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Makes a folder, and those above it, where they are missing; {@link sync} puts them on disk. */
  make(relative: string): OpenFolder {
    const there = this.folderIfThere(relative);
    if (there) return there;
    const parts = relative.split('/');
    const name = parts.at(-1)!;
    const above = this.make(parts.slice(0, -1).join('/'));
    if (madeFolder(above.at(name))) {
      this.own(above.at(name));
      this.changed.add(above);
    }
    return this.folder(relative);
  }

  /** Makes a folder for others to write to; one that exists may be a symbolic link, which they judge. */
  makeForOthers(parent: string, name: string): void {
    const above = this.folder(parent);
    if (!madeFolder(above.at(name))) return;
    this.own(above.at(name));
    this.changed.add(above);
  }

  /** The names in a folder; none where it does not exist. */
  async namesIn(relative: string): Promise<string[]> {
    const folder = this.folderIfThere(relative);
    return folder ? readdir(folder.at('.')) : [];
  }

  /** Puts a text on disk, for {@link name} to give it its name. */
  async stage(text: string): Promise<Staged> {
    const staged = `${STAGED}${randomUUID()}`;
    const path = this.folder(RUN_INFO).at(staged);
    const file = await open(path, 'wx', FILE_MODE);
    this.staged.add(staged);
    try {
      await this.ownFile(file);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    return staged;
  }

  /** Gives a staged text its name, in the place of what had it before; {@link sync} puts that on disk. */
  async name(staged: Staged, folder: string, name: string): Promise<void> {
    const target = this.folder(folder);
    await rename(this.folder(RUN_INFO).at(staged), target.at(name));
    this.staged.delete(staged);
    this.changed.add(target);
  }

  /** Makes an empty file, which {@link sync} puts on disk. @throws NodeJS.ErrnoException, EEXIST where it exists */
  async makeEmpty(folder: string, name: string): Promise<void> {
    const target = this.folder(folder);
    const file = await open(target.at(name), 'wx', FILE_MODE);
    try {
      await this.ownFile(file);
      await file.sync();
    } finally {
      await file.close();
    }
    this.changed.add(target);
  }

  /** Opens a file for reading and writing, made where it is missing. */
  async openOrMake(folder: string, name: string): Promise<FileHandle> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const file = await open(this.folder(folder).at(name), flags, FILE_MODE);
    try {
      if ((await file.stat()).uid === process.getuid?.()) await this.ownFile(file);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Removes what is left of processes that ended between staging and naming: the pgroup is locked. */
  async clearStaged(): Promise<void> {
    const left = (await this.namesIn(RUN_INFO)).filter((name) => name.startsWith(STAGED));
    // Whose call failed removes its own, without the lock.
    for (const name of left) this.folder(RUN_INFO).remove(name);
  }

  /** Notes that entries of a folder have changed, for {@link sync}. */
  touch(folder: string): void {
    this.changed.add(this.folder(folder));
  }

  /** Waits until all entries that were made, named or removed are on disk. */
  async sync(): Promise<void> {
    for (const folder of this.closedToGroup.splice(0)) chmodSync(folder, FOLDER_MODE);
    const folders = [...this.changed];
    this.changed.clear();
    await allOf(folders.map((folder) => syncFolderAside(folder.at('.'))));
  }

  /** An error of the system, with paths as people know them. */
  withNames(error: unknown): unknown {
    for (const folder of [...this.folders.values(), this.top]) folder.withNames(error);
    return error;
  }

  /** What was staged and got no name, where something failed, is removed: that is no part of the pgroup. */
  close(): void {
    try {
      for (const staged of this.staged) this.folder(RUN_INFO).remove(staged);
    } finally {
      for (const folder of this.folders.values()) folder.close();
      this.top.close();
    }
  }

  private own(folder: string): void {
    const { gid, mode } = statSync(folder);
    if (gid !== this.gid) this.unlessForbidden(() => chownSync(folder, -1, this.gid));
    if ((mode & PERMISSIONS) === FOLDER_MODE) return;
    // From a user outside the group the system takes the folder's group for what is made in it, with any
    // change of its mode: what is made now gets it before.
    if ((mode & SETGID) !== 0 && !this.isMember) this.closedToGroup.push(folder);
    else chmodSync(folder, FOLDER_MODE);
  }

  private get isMember(): boolean {
    const groups = process.getgroups?.() ?? [];
    return process.geteuid?.() === 0 || [process.getegid?.(), ...groups].includes(this.gid);
  }

  private async ownFile(file: FileHandle): Promise<void> {
    const { gid, mode } = await file.stat();
    if (gid !== this.gid) {
      await file.chown(-1, this.gid).catch((error: unknown) => throwUnlessForbidden(error));
    }
    if ((mode & PERMISSIONS) !== FILE_MODE) await file.chmod(FILE_MODE);
  }

  private unlessForbidden(work: () => void): void {
    try {
      work();
    } catch (error) {
      throwUnlessForbidden(error);
    }
  }
}

/** Waits for all of them, also where one fails: nothing may go on behind the caller's back. */
export async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  const failure = results.find((each) => each.status === 'rejected');
  if (failure) throw failure.reason;
  return results.map((each) => (each as PromiseFulfilledResult<T>).value);
}

// A user outside the group can't give files to it; its own writers can write them all the same.
function throwUnlessForbidden(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
}

/** @returns whether it was made just now */
function madeFolder(path: string): boolean {
  try {
    mkdirSync(path, FOLDER_MODE);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
