import { readFile, stat } from 'node:fs/promises';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import { whyUnreadable } from '../../filesystem/why-unreadable.js';
import { EventLog } from '../../logging/event-log.js';
import { trimmedName } from '../../request/channel.js';
import { channelListProblems } from '../../request/channel-list.js';
import { NoChannelList } from './errors.js';
import type { ChannelListState } from './channel-list-state.js';

const MAX_FILE = 1024 * 1024;
/** Those that the list of the original may have. */
const OF_THE_FILE = { channels: 100, cameras: 2 };
const LOOK_EVERY_MS = 1000;

/**
 * The channels to write when the parameters name none, from a file with one name a line; `#` starts
 * a comment.
 *
 * The file is looked at whenever the list is needed, and once a second so that the log tells of it.
 * It is read when it changed, however it was put there. A list that can't be used replaces nothing:
 * the last good one counts.
 */
@Injectable()
export class ChannelListFile implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  private version: string | undefined;
  private good: { readonly names: readonly string[]; readonly readAt: Date } | undefined;
  private problem: string | undefined;
  private readonly looks = new SerialQueue();
  private timer: NodeJS.Timeout | undefined;

  /** @param path undefined where no list is configured */
  constructor(private readonly path: string | undefined) {}

  async onModuleInit(): Promise<void> {
    if (this.path === undefined) return;
    await this.look();
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * The names of the list in force; undefined where no list is configured.
   *
   * @throws NoChannelList when there never was a usable list in the file
   */
  async names(): Promise<readonly string[] | undefined> {
    if (this.path === undefined) return undefined;
    await this.look();
    if (!this.good) throw new NoChannelList(this.path, this.problem!);
    return this.good.names;
  }

  get isConfigured(): boolean {
    return this.path !== undefined;
  }

  /** Reads the file whether or not it changed. */
  async readAgain(): Promise<void> {
    this.version = undefined;
    this.problem = undefined;
    await this.look();
  }

  /** Null where no list is configured. */
  async state(): Promise<ChannelListState | null> {
    if (this.path === undefined) return null;
    await this.look();
    return {
      path: this.path,
      channels: this.good?.names.length ?? null,
      read_at: this.good?.readAt.toISOString() ?? null,
      problem: this.problem ?? null,
    };
  }

  /** One check after another: a check under way may have missed a change just made. */
  private look(): Promise<void> {
    return this.looks.run(() => this.readIfChanged());
  }

  private async readIfChanged(): Promise<void> {
    if (this.path === undefined) return;
    let version: string | undefined;
    try {
      const file = await stat(this.path, { bigint: true });
      version = [file.dev, file.ino, file.size, file.mtimeNs, file.ctimeNs].join();
      if (version === this.version) return;
      if (!file.isFile()) throw new UnusableList('is not a file');
      if (file.size > MAX_FILE) throw new UnusableList('is larger than 1 MiB');
      const names = parseChannelList(await readFile(this.path));
      const changes = changesFrom(this.good?.names ?? [], names);
      this.good = { names, readAt: new Date() };
      this.problem = undefined;
      this.version = version;
      this.logger.log('channel list read', { file: this.path, channels: names.length, ...changes });
    } catch (error) {
      this.noteProblem(error, version);
    }
  }

  /** Logs a problem once. What could not be read is tried again at the next look. */
  private noteProblem(error: unknown, version: string | undefined): void {
    const problem = problemText(error);
    const wasRead = error instanceof UnusableList;
    if (wasRead || problem !== this.problem) {
      this.logger.error("channel list can't be used", {
        file: this.path,
        error: problem,
        channels_kept: this.good?.names.length ?? 0,
      });
    }
    this.problem = problem;
    this.version = wasRead ? version : undefined;
  }
}

function changesFrom(before: readonly string[], now: readonly string[]) {
  const [old, current] = [new Set(before), new Set(now)];
  return {
    channels_added: now.filter((name) => !old.has(name)).length,
    channels_removed: before.filter((name) => !current.has(name)).length,
  };
}

class UnusableList extends Error {}

function problemText(error: unknown): string {
  if (error instanceof UnusableList) return error.message;
  return `can't be read: ${whyUnreadable(error)}`;
}

/** The text of a list, without byte order mark. Names would be distorted where it is not UTF-8. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableList("can't be used: it is not UTF-8 text");
  }
}

function parseChannelList(bytes: Buffer): readonly string[] {
  const lines = decoded(bytes)
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({
      name: trimmedName(line.replace(/(^|\s)#.*/s, '')),
      number: index + 1,
    }))
    .filter(({ name }) => name !== '');
  const names = lines.map(({ name }) => name);
  const problems = channelListProblems(
    names,
    (index) => `line ${lines[index].number}:`,
    OF_THE_FILE,
  );
  if (names.length === 0) problems.push({ field: 'it', problem: 'names no channel' });
  if (problems.length > 0) {
    const list = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ');
    throw new UnusableList(`can't be used: ${list}`);
  }
  return names;
}
