import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../filesystem/make-folders.js';
import type { Death } from '../../report/report.js';
import type { Entry } from './journal.js';

const ID = /^[\w-]{1,255}$/;

/**
 * Requests that were being written when their process died, each as a small file in the state folder: brokers
 * that are away hear of them later. Writers of one folder may record, read and forget the same at once.
 */
export class Deaths {
  private readonly folder: string;

  constructor(stateDirectory: string) {
    this.folder = join(stateDirectory, 'deaths');
  }

  /** On disk when it returns. @throws NodeJS.ErrnoException */
  record({ id, written }: Entry): void {
    if (!written || !ID.test(id)) return;
    const death: Death = { death_id: id, ...written };
    makeFolders(this.folder);
    const path = join(this.folder, id);
    if (existsSync(path)) return;
    const fresh = join(this.folder, `.${id}.${process.pid}`);
    writeFileSync(fresh, JSON.stringify(death), { flush: true });
    renameSync(fresh, path);
  }

  /** All that are recorded. @throws NodeJS.ErrnoException when the folder can't be read */
  list(): Death[] {
    return this.names().flatMap((name) => this.read(name) ?? []);
  }

  /** @throws NodeJS.ErrnoException */
  forget(deathIds: readonly string[]): void {
    for (const id of deathIds) {
      if (ID.test(id)) rmSync(join(this.folder, id), { force: true });
    }
  }

  private names(): string[] {
    try {
      return readdirSync(this.folder).filter((name) => ID.test(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** Undefined where another writer has forgotten it meanwhile, or a crash of the machine has cut it off. */
  private read(name: string): Death | undefined {
    try {
      const said = JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as Partial<Death>;
      const { request_id, attempt } = said;
      const isWhole =
        typeof request_id === 'string' && request_id.length <= 255 && Number.isSafeInteger(attempt);
      return isWhole && attempt! > 0
        ? { death_id: name, request_id, attempt: attempt! }
        : undefined;
    } catch {
      return undefined;
    }
  }
}
