import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyUnreadable } from '../filesystem/why-unreadable.js';
import { type Headers, headersIn } from './header-lines.js';

const MAX_BYTES = 64 * 1024;
/** For reading it: a folder that hangs must not hold up a call for ever. */
const LIMIT_MS = 5000;
/** Bits of a mode by which others than owner and group may read or write. */
const OTHERS = 0o006;
const REMEDIES: Readonly<Record<string, string>> = {
  ENOENT: "; write it, with a line 'Name: value' for each header",
  EACCES: '; chown or chgrp it',
};
const SETTING = '--data_api_headers_file';

/** The file of headers can't be used as it is now. It may be in a moment: whoever renews a token writes it. */
export class HeadersFileUnusable extends Error {
  override readonly name = 'HeadersFileUnusable';
  readonly code = 'headers_file_unusable';

  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(`${SETTING} ${path} can't be used: ${reason}`);
  }
}

/**
 * A file with headers for data APIs, such as a token. It is read for each call anew, so that a token counts
 * from the moment that it is renewed.
 */
export class HeadersFile {
  private readonly origins: ReadonlySet<string>;
  private readonly seenMode: Int32Array;
  private readonly warnings: string[] = [];

  /**
   * @param urls of the servers that get the headers; no other one does
   * @param memory of the mode that was seen last, by all threads that it is handed to
   */
  constructor(
    readonly path: string,
    private readonly urls: readonly string[],
    memory = HeadersFile.memory(),
  ) {
    this.origins = new Set(urls.map((url) => new URL(url).origin));
    this.seenMode = new Int32Array(memory);
  }

  /** To be shared by threads, so that one of them has the warning. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  /**
   * The headers for a call, as the file has them now; none for other servers.
   *
   * @throws HeadersFileUnusable, which never quotes a value
   */
  async headersFor(url: string): Promise<Headers> {
    const { origin, username, password } = new URL(url);
    if (!this.origins.has(origin)) return {};
    const headers = await this.read();
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    if (username + password !== '' && names.includes('authorization')) {
      const both = 'it has Authorization, and the URL has user and password: keep one of them';
      throw new HeadersFileUnusable(this.path, both);
    }
    return headers;
  }

  /** @throws HeadersFileUnusable unless it can be used for all of its servers */
  async prove(): Promise<void> {
    for (const url of this.urls) await this.headersFor(url);
  }

  /** Warnings that others may read or write it, one for each mode that it gets; with the remedy. */
  takeWarnings(): string[] {
    return this.warnings.splice(0);
  }

  private async read(): Promise<Headers> {
    const limit = new AbortController();
    const late = sleep(LIMIT_MS, undefined, { signal: limit.signal, ref: false }).then(() => {
      throw new Error(`it could not be read within ${LIMIT_MS / 1000} s`);
    });
    try {
      return await Promise.race([this.readFile(), late]);
    } catch (error) {
      const remedy = REMEDIES[(error as NodeJS.ErrnoException).code ?? ''] ?? '';
      throw new HeadersFileUnusable(this.path, whyUnreadable(error) + remedy);
    } finally {
      limit.abort();
    }
  }

  private async readFile(): Promise<Headers> {
    // A pipe would never open, and can be read once only.
    const file = await open(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return headersIn(await this.textOf(file));
    } finally {
      await file.close();
    }
  }

  private async textOf(file: FileHandle): Promise<string> {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is no regular file');
    this.note(stats.mode & 0o777);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    if (bytesRead > MAX_BYTES) throw new Error('it has more than 64 KiB');
    // Unlike toString() the decoder passes over a byte order mark.
    return new TextDecoder().decode(buffer.subarray(0, bytesRead));
  }

  private note(mode: number): void {
    const before = Atomics.exchange(this.seenMode, 0, mode);
    if ((mode & OTHERS) === 0 || mode === before) return;
    const octal = mode.toString(8).padStart(4, '0');
    const remedy = `chmod o= '${this.path}', and renew what is in it`;
    const warning = `may be read or written by others, its mode is ${octal}: ${remedy}`;
    this.warnings.push(`${SETTING} ${warning}`);
  }
}
