import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { type FileHandle, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BoundedTasks } from '../../../concurrency/bounded-tasks.js';
import { EventLog } from '../../../logging/event-log.js';
import { errorText } from '../../../logging/error-text.js';
import { PgroupNotWritable } from '../../../runs/errors.js';
import type { OpenFolder } from '../../../filesystem/open-folder.js';
import { RawFolder } from '../../../runs/raw-folder.js';
import { auxFolder } from './aux-folder.js';
import { SourceRefused } from './errors.js';
import { copyName, openSource } from './source-file.js';

/** Files at once, of all calls together: the threads that copy are those that everything else waits for. */
const AT_ONCE = 2;
const PIECE_BYTES = 1024 * 1024;

/** What became of the files of a call. */
export interface CopiedFiles {
  /** The folder that they are in. */
  readonly folder: string;
  /** Where each is that was copied, by its source. */
  readonly copied: ReadonlyMap<string, string>;
  /** Why each of the others was not, by its source. */
  readonly refused: ReadonlyMap<string, string>;
}

/** Copies files of users into the folder of a run. */
@Injectable()
export class UserFiles implements OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  private readonly tasks = new BoundedTasks(AT_ONCE);
  private readonly ending = new AbortController();
  private readonly underWay = new Set<Promise<CopiedFiles>>();

  /** Gives up what could not end in time; nothing half-done stays. */
  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await Promise.allSettled(this.underWay);
  }

  /**
   * Copies files; those that were are on disk when this resolves, and never seen in part.
   *
   * @param raw the pgroup's raw folder
   * @param sources each once; of two of the same name the second is refused
   * @throws RunNotThere, RunAmbiguous, PgroupFolderMissing, PgroupNotWritable
   */
  async copy(raw: string, runNumber: number, sources: readonly string[]): Promise<CopiedFiles> {
    const copying = this.copyAll(raw, runNumber, sources);
    this.underWay.add(copying);
    try {
      return await copying;
    } finally {
      this.underWay.delete(copying);
    }
  }

  private async copyAll(
    raw: string,
    runNumber: number,
    sources: readonly string[],
  ): Promise<CopiedFiles> {
    const top = RawFolder.open(raw);
    try {
      const path = await auxFolder(top, runNumber);
      const folder = await madeFolder(top, path);
      const { gid } = statSync(folder.at('.'));
      const names = new Map<string, string>();
      const copied = new Map<string, string>();
      const refused = new Map<string, string>();
      await Promise.all(
        sources.map(async (source) => {
          try {
            const name = copyName(source);
            const other = names.get(name);
            if (other !== undefined) throw new SourceRefused(`its name is that of ${other} too`);
            names.set(name, source);
            await this.tasks.run(() =>
              copyOne(top, path, { source, name, gid }, this.ending.signal),
            );
            copied.set(source, join(raw, path, name));
          } catch (error) {
            refused.set(source, this.reason(error, source, folder));
          }
        }),
      );
      await synced(top, path);
      return { folder: join(raw, path), copied, refused };
    } finally {
      top.close();
    }
  }

  private reason(error: unknown, file: string, folder: OpenFolder): string {
    if (error instanceof SourceRefused) return error.message;
    const named = folder.withNames(error);
    this.logger.warn('file of a user could not be copied', { file, error: named });
    return errorText(named);
  }
}

interface Copy {
  readonly source: string;
  readonly name: string;
  readonly gid: number;
}

async function copyOne(
  top: RawFolder,
  path: string,
  { source, name, gid }: Copy,
  ending: AbortSignal,
): Promise<void> {
  const { file: from, stats } = await openSource(source, gid);
  const staged = `.${randomUUID()}.part`;
  const folder = top.folder(path);
  try {
    const to = await top.openOrMake(path, staged);
    try {
      await copyBytes(from, to, ending);
      await to.utimes(stats.atime, stats.mtime);
      await to.sync();
    } finally {
      await to.close();
    }
    await rename(folder.at(staged), folder.at(name));
    top.touch(path);
  } catch (error) {
    await rm(folder.at(staged), { force: true });
    throw error;
  } finally {
    await from.close();
  }
}

async function copyBytes(from: FileHandle, to: FileHandle, ending: AbortSignal): Promise<void> {
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
  for (;;) {
    if (ending.aborted) throw new SourceRefused('the broker ended meanwhile: call again');
    const { bytesRead } = await from.read(piece, 0, PIECE_BYTES, null);
    if (bytesRead === 0) return;
    for (let at = 0; at < bytesRead;) {
      at += (await to.write(piece, at, bytesRead - at)).bytesWritten;
    }
  }
}

async function madeFolder(top: RawFolder, path: string): Promise<OpenFolder> {
  try {
    const folder = top.make(path);
    await top.sync();
    top.refuseUnwritable(path);
    return folder;
  } catch (error) {
    if (error instanceof PgroupNotWritable) throw error;
    throw new PgroupNotWritable(join(top.path, path), top.withNames(error));
  }
}

async function synced(top: RawFolder, path: string): Promise<void> {
  try {
    await top.sync();
  } catch (error) {
    throw new PgroupNotWritable(join(top.path, path), top.withNames(error));
  }
}
