import type { OnApplicationShutdown } from '@nestjs/common';
import { CodeCounts } from '../monitoring/code-counts.js';
import { EventLog } from '../logging/event-log.js';
import { FileCallFailed, ReadingEnded, TooMuchWork, ViewerBusy } from './errors.js';
import { VIEWER_LIMITS, type ViewerLimits } from './limits.js';
import type { ReplyHead, ServedFiles, ViewCall } from './messages.js';
import { type EndReason, NeverBegun, type Piece, ViewingProcess } from './viewing-process.js';

/** How often a call is begun anew that a process could not begin, as another call had ended it. */
const MAX_TRIES = 3;

const ENDING = 'was ended, as the service ends';

const END_REASONS: readonly EndReason[] = ['died', 'time', 'memory', 'spent', 'idle', 'closed'];

/** A reply under way. It has to be read to its end, or dropped. */
export interface ViewReply {
  readonly head: ReplyHead;
  /** The next bytes, never none; undefined at the end. @throws ReadingEnded, ReadingTimedOut, FileCallFailed */
  next(): Promise<Uint8Array | undefined>;
  /** Gives the rest up; any number of times, also after the end. */
  drop(): void;
}

interface WaitingCall {
  readonly begin: (process: ViewingProcess) => void;
  readonly refuse: (error: Error) => void;
}

/**
 * Reads files in processes of their own, which may hang, die or take too much memory: no more comes of it than an
 * error. The first one is started when it is needed, and each ends when nobody has needed it for a while.
 *
 * Replies come piece by piece as they are asked for, so that one that nobody reads takes nothing but its
 * place. Calls beyond what processes can have under way wait in line, and beyond that are refused.
 */
export class FileViewer implements OnApplicationShutdown {
  /** Calls by the code of what came of them: `ok` when the reply began. */
  readonly results = new CodeCounts(['ok']);
  /** Processes that ended, by the reason. */
  readonly ends = new CodeCounts(END_REASONS);
  private readonly logger = new EventLog('Viewer');
  private processes: ViewingProcess[] = [];
  private waiting: WaitingCall[] = [];
  private started = 0;
  private lastId = 0;
  private isClosed = false;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly served: ServedFiles,
    private readonly limits: ViewerLimits = VIEWER_LIMITS,
  ) {}

  /** Processes that were started so far. */
  get processesStarted(): number {
    return this.started;
  }

  get callsWaiting(): number {
    return this.waiting.length;
  }

  get repliesUnderWay(): number {
    return this.processes.reduce((sum, { replies }) => sum + replies, 0);
  }

  /** Process ids of those that run. */
  get pids(): number[] {
    return this.processes.map(({ pid }) => pid).filter((pid) => pid !== undefined);
  }

  /** How long a client may take for a piece, ms. */
  get clientMs(): number {
    return this.limits.clientMs;
  }

  /**
   * Answers a call, as far as its first bytes.
   *
   * @param signal of a caller that is gone; what it waits for is given up
   * @throws FileCallFailed, ViewerBusy, ReadingEnded, ReadingTimedOut, TooMuchWork; the signal's reason
   */
  async view(call: ViewCall, signal: AbortSignal): Promise<ViewReply> {
    try {
      const reply = await this.begin(call, signal);
      this.results.add('ok');
      return reply;
    } catch (error) {
      if (!signal.aborted) this.results.add((error as { code?: string }).code ?? 'internal_error');
      throw error;
    }
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** Ends all processes. Calls under way fail. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.idle);
    for (const { refuse } of this.waiting.splice(0)) refuse(new ReadingEnded(ENDING));
    await Promise.all(this.processes.map((process) => process.close()));
  }

  private async begin(call: ViewCall, signal: AbortSignal): Promise<ViewReply> {
    for (let tries = 1; ; tries++) {
      const process = await this.placeFor(signal);
      const id = ++this.lastId;
      const latest = performance.now() + this.limits.firstByteMs;
      try {
        signal.throwIfAborted();
        let piece: Piece = await process.step({ step: 'open', id, call });
        const { head } = piece;
        while (piece.bytes.length === 0 && !piece.isLast) {
          const isLate = performance.now() > latest;
          if (signal.aborted || isLate) process.drop(id);
          signal.throwIfAborted();
          if (isLate) throw new TooMuchWork(this.limits.firstByteMs / 1000);
          piece = await process.step({ step: 'more', id });
        }
        return this.replyFrom(process, id, head!, piece);
      } catch (error) {
        this.release(process);
        if (error instanceof NeverBegun) {
          if (tries < MAX_TRIES) continue;
          throw new ReadingEnded('ended before it began');
        }
        // Nothing that is known of an earlier file may be believed of this one.
        const mayBeOthers =
          error instanceof FileCallFailed && process.isSpent && process.answered > 1;
        if (!mayBeOthers || tries > 1) throw error;
      }
    }
  }

  private replyFrom(process: ViewingProcess, id: number, head: ReplyHead, first: Piece): ViewReply {
    let piece: Piece | undefined = first;
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      this.release(process);
    };
    const more = async () => {
      try {
        return await process.step({ step: 'more', id });
      } catch (error) {
        end();
        throw error instanceof NeverBegun ? new ReadingEnded('ended with another file') : error;
      }
    };
    if (first.isLast) end();
    return {
      head,
      next: async () => {
        for (;;) {
          if (piece === undefined && isOver) return undefined;
          const { bytes, isLast }: Piece = piece ?? (await more());
          piece = undefined;
          if (isLast) end();
          if (bytes.length > 0) return bytes;
        }
      },
      drop: () => {
        if (isOver) return;
        process.drop(id);
        end();
      },
    };
  }

  /** Takes a place in a process, or waits for one. */
  private async placeFor(signal: AbortSignal): Promise<ViewingProcess> {
    if (this.isClosed) throw new ReadingEnded(ENDING);
    const process = this.freeProcess();
    if (process) {
      process.replies++;
      return process;
    }
    if (this.waiting.length >= this.limits.waiting) throw new ViewerBusy(this.waiting.length);
    return new Promise((resolve, reject) => {
      const call: WaitingCall = {
        begin: (found) => {
          settle();
          resolve(found);
        },
        refuse: (error) => {
          settle();
          this.waiting = this.waiting.filter((each) => each !== call);
          reject(error);
        },
      };
      const giveUp = () => call.refuse(signal.reason as Error);
      const limit = setTimeout(
        () => call.refuse(new ViewerBusy(this.waiting.length)),
        this.limits.firstByteMs,
      ).unref();
      const settle = () => {
        clearTimeout(limit);
        signal.removeEventListener('abort', giveUp);
      };
      signal.addEventListener('abort', giveUp);
      this.waiting.push(call);
    });
  }

  /** The one with the fewest replies, or a new one where all are busy and one more may be. */
  private freeProcess(): ViewingProcess | undefined {
    const usable = this.processes.filter(({ isSpent }) => !isSpent);
    const best = usable.toSorted((one, other) => one.replies - other.replies).at(0);
    if (best?.replies === 0) return best;
    const { processes, finishing } = this.limits;
    if (usable.length < processes && this.processes.length < processes + finishing) {
      return this.start();
    }
    return best && best.replies < this.limits.repliesEach ? best : undefined;
  }

  private start(): ViewingProcess {
    this.started++;
    const process = new ViewingProcess(this.served, this.limits, (reason, facts) => {
      this.processes = this.processes.filter((each) => each !== process);
      this.ends.add(reason);
      const isTrouble = reason === 'died' || reason === 'time' || reason === 'memory';
      this.logger[isTrouble ? 'warn' : 'debug']('reading process ended', { reason, ...facts });
      this.letNextBegin();
    });
    this.processes.push(process);
    return process;
  }

  private release(process: ViewingProcess): void {
    process.replies--;
    endIfDone(process);
    void process.lookAtMemory().then(() => endIfDone(process));
    this.letNextBegin();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.endIdle(), this.limits.idleMs).unref();
  }

  private letNextBegin(): void {
    while (this.waiting.length > 0 && !this.isClosed) {
      const process = this.freeProcess();
      if (!process) return;
      process.replies++;
      this.waiting.shift()!.begin(process);
    }
  }

  private endIdle(): void {
    for (const process of this.processes) if (process.replies === 0) process.end('idle');
  }
}

/** Replies of others that it has begun are never broken off for what another file did to it. */
function endIfDone(process: ViewingProcess): void {
  if (process.isSpent && process.replies === 0) process.end('spent');
}
