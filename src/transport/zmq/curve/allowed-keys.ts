import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { publicKeyIn } from './certificate.js';
import { whyUnreadable } from '../../../filesystem/why-unreadable.js';
import { CurveKeyUnusable } from './curve-key-unusable.js';

const SUFFIX = '.key';

/** The public keys in the `.key` files of a folder, read anew for each question. */
export class AllowedKeys {
  /** @param setting names the folder, for messages */
  constructor(
    private readonly folder: string,
    private readonly setting: string,
  ) {}

  /**
   * The owner of a key: the name of its file, without `.key`; undefined for an unknown key.
   *
   * @throws CurveKeyUnusable when the folder can't be read
   */
  async ownerOf(publicKey: string): Promise<string | undefined> {
    return (await this.read()).get(publicKey);
  }

  /** @throws CurveKeyUnusable when the folder can't be read */
  async check(): Promise<void> {
    await this.read();
  }

  private async read(): Promise<Map<string, string>> {
    try {
      const names = (await readdir(this.folder)).filter((name) => name.endsWith(SUFFIX)).sort();
      const texts = await Promise.all(
        names.map((name) => readFile(join(this.folder, name), 'utf8')),
      );
      const owners = names.map((name, index) => [publicKeyIn(texts[index]), name] as const);
      return new Map(
        owners.flatMap(([key, name]) => (key ? [[key, basename(name, SUFFIX)] as const] : [])),
      );
    } catch (error) {
      throw new CurveKeyUnusable(this.folder, this.setting, whyUnreadable(error));
    }
  }
}
