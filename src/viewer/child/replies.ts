import {
  BadQuestion,
  LinkUnresolved,
  NoSuchPath,
  NotReadableHere,
} from '../../hdf5/browse/errors.js';
import type { GivenFiles } from '../../hdf5/browse/given-files.js';
import type { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { Obstacles } from '../../hdf5/read/thread/obstacles.js';
import type { FailureCode, FromReader, ServedFiles, ToReader } from '../messages.js';
import { type OpenReply, answer } from './answer.js';
import { FileNotFound, FileNotServed, NotHdf5 } from './file-errors.js';

type Failed = FromReader & { readonly answer: 'failed' };

/** Errors that say nothing against this process. */
const FORESEEN: readonly (readonly [new (...args: never[]) => Error, FailureCode])[] = [
  [FileNotFound, 'file_not_found'],
  [FileNotServed, 'file_not_served'],
  [NotHdf5, 'not_hdf5'],
  [NoSuchPath, 'not_in_file'],
  [LinkUnresolved, 'link_unresolved'],
  [BadQuestion, 'bad_question'],
  [NotReadableHere, 'not_readable_here'],
];

/** The replies that a reading process has under way. */
export class Replies {
  private readonly open = new Map<number, OpenReply>();
  private readonly obstacles = new Obstacles();

  constructor(
    private readonly served: ServedFiles,
    private readonly library: Hdf5Library,
    private readonly files: GivenFiles,
  ) {}

  /** @returns what to answer; undefined where nobody waits for it */
  step(message: ToReader): FromReader | undefined {
    const { id } = message;
    this.obstacles.watch(this.library);
    this.files.takeRefusal();
    try {
      if (message.step === 'drop') {
        this.close(id);
        return undefined;
      }
      const head = message.step === 'open' ? this.begin(id, message.call) : undefined;
      const { value, done } = this.open.get(id)!.pieces.next();
      const isLast = done === true;
      const { isSpent } = this.open.get(id)!;
      if (isLast) this.close(id);
      const bytes = isLast ? new Uint8Array(0) : value;
      return { answer: 'piece', id, bytes, isLast, isSpent, ...(head && { head }) };
    } catch (error) {
      const failed = this.failureOf(id, error);
      return this.closeAfter(failed);
    }
  }

  private begin(id: number, call: (ToReader & { step: 'open' })['call']): OpenReply['head'] {
    const reply = answer(call, this.served, this.library, this.files);
    this.open.set(id, reply);
    return reply.head;
  }

  private close(id: number): void {
    const reply = this.open.get(id);
    this.open.delete(id);
    reply?.close();
  }

  private closeAfter(failed: Failed): Failed {
    try {
      this.close(failed.id);
      return failed;
    } catch {
      // HDF5 failed at the file before; that was the reason, and now it holds on to more.
      return { ...failed, isSpent: true };
    }
  }

  private failureOf(id: number, error: unknown): Failed {
    const found = FORESEEN.find(([type]) => error instanceof type);
    if (found) {
      const { message } = error as Error;
      return { answer: 'failed', id, code: found[1], message, isSpent: false };
    }
    return { answer: 'failed', id, ...this.unforeseen(error), isSpent: true };
  }

  private unforeseen(error: unknown): { code: FailureCode; message: string } {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && /^E[A-Z]+$/.test(code)) {
      return { code: 'file_unreadable', message: `The file can't be read: ${message}` };
    }
    const other = this.files.takeRefusal();
    if (other !== undefined) {
      const message = `The values can't be read here: they are in another file, ${other}, and only the file itself is opened.`;
      return { code: 'not_readable_here', message };
    }
    const found = this.obstacles.judge(error);
    const { failed, reason } = 'failed' in found ? found : { failed: 'refused', reason: message };
    switch (failed) {
      case 'disk':
      case 'memory':
        return { code: 'file_unreadable', message: `The file can't be read: ${reason}` };
      case 'filter':
        return { code: 'not_readable_here', message: `The data can't be read here: ${reason}` };
      default:
        return { code: 'damaged_file', message: `The file is damaged: ${reason}` };
    }
  }
}
