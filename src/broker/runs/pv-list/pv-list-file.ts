import { randomUUID } from 'node:crypto';
import { type Stats } from 'node:fs';
import { copyFile, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KeyedMutex } from '../../../concurrency/keyed-mutex.js';
import { regularText } from '../../../filesystem/regular-text.js';
import { syncFolder } from '../../../filesystem/sync-folder.js';
import { whyUnreadable } from '../../../filesystem/why-unreadable.js';
import { parseExactJson } from '../../../request/exact-json.js';
import { isJsonObject } from '../../../request/json-object.js';
import { pythonJson } from '../../../runs/python-json.js';
import { pythonTime } from '../../../runs/python-time.js';
import { NoPvListFile, PvListNotSaved, PvListUnusable } from './errors.js';

const PERMISSIONS = 0o7777;
const BACKUPS = 'backup';

/**
 * The files of the beamlines' EPICS buffers that say which PVs these keep: JSON with `pv_list`, and other keys that
 * are theirs.
 */
export class PvListFile {
  private readonly changes = new KeyedMutex();

  /** @param template path with `{beamline}` in it; undefined where there is none */
  constructor(private readonly template: string | undefined) {}

  /**
   * The PVs of a beamline, in the file's order.
   *
   * @throws NoPvListFile, PvListUnusable
   */
  async read(beamline: string): Promise<readonly string[]> {
    const file = this.fileOf(beamline);
    const { pv_list: names } = await contents(file);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
    throw new PvListUnusable(file, 'its pv_list is no list of texts');
  }

  /**
   * Replaces the PVs of a beamline at once, and is on disk when this resolves. The list that was there and the new one
   * are kept in `backup`, under the times of their changes.
   *
   * @throws NoPvListFile, PvListUnusable where the file does not exist or can't be understood, PvListNotSaved
   */
  async replace(beamline: string, names: readonly string[]): Promise<void> {
    const file = this.fileOf(beamline);
    await this.changes.run(file, async () => {
      const text = pythonJson(
        { ...(await contents(file)), pv_list: names },
        { indent: 4, sorted: true },
      );
      try {
        await replaceText(await realpath(file), text);
      } catch (error) {
        throw new PvListNotSaved(file, error);
      }
    });
  }

  private fileOf(beamline: string): string {
    if (this.template === undefined) throw new NoPvListFile();
    return this.template.replaceAll('{beamline}', () => beamline);
  }
}

async function contents(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await regularText(file, { followLinks: true });
  } catch (error) {
    throw new PvListUnusable(file, whyUnreadable(error), error);
  }
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch (error) {
    throw new PvListUnusable(file, `it is no JSON: ${(error as Error).message}`, error);
  }
  if (isJsonObject(value)) return value;
  throw new PvListUnusable(file, 'it is no JSON object');
}

/** @param file without symbolic links: these stay */
async function replaceText(file: string, text: string): Promise<void> {
  const backups = join(dirname(file), BACKUPS);
  const staged = `${file}.${randomUUID()}`;
  const before = await stat(file);
  await mkdir(backups, { recursive: true });
  try {
    await write(staged, text, before);
    await copyFile(file, join(backups, `${basename(file)}.${stamp(before.mtime)}`));
    await copyFile(staged, join(backups, `${basename(file)}.${stamp(new Date())}`));
    await rename(staged, file);
  } catch (error) {
    await rm(staged, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** A file on disk, of the same rights as another. */
async function write(path: string, text: string, { mode, uid, gid }: Stats): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.chown(uid, gid).catch((error: unknown) => {
      // Only root may give a file away.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    });
    await file.chmod(mode & PERMISSIONS);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** `%Y-%m-%d_%H:%M:%S`, local time. */
function stamp(time: Date): string {
  return pythonTime(time).slice(0, 19).replace(' ', '_');
}
