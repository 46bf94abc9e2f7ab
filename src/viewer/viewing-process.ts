import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { SerialQueue } from '../concurrency/serial-queue.js';
import { FileCallFailed, ReadingEnded, ReadingTimedOut } from './errors.js';
import type { ViewerLimits } from './limits.js';
import { memoryOf } from './memory-of.js';
import type { FromReader, ServedFiles, ToReader } from './messages.js';

const ENTRY = new URL('./child/viewing-child.js', import.meta.url);

/** MB of JavaScript objects; HDF5 has its own memory beside it. */
const HEAP_LIMIT_MB = 384;
const LOOK_MS = 250;
/** Of what it says on standard error, the end is kept. */
const KEPT_WORDS = 2000;

/** Why a process ended: its own doing, a limit, or nobody needed it any more. */
export type EndReason = 'died' | 'time' | 'memory' | 'spent' | 'idle' | 'closed';

export type Piece = FromReader & { readonly answer: 'piece' };

/** The step was never begun: the process ended before. */
export class NeverBegun extends Error {
  override readonly name = 'NeverBegun';
}

/** A process that reads files, as seen by the one that started it. It takes one step after another. */
export class ViewingProcess {
  /** Replies that it has under way, or that are about to begin. */
  replies = 0;
  /** Steps that it has answered. */
  answered = 0;
  /** Whether it is to begin nothing more. */
  isSpent = false;
  private readonly child: ChildProcess;
  private readonly steps = new SerialQueue();
  private readonly started: Promise<void>;
  private settle: ((answer: FromReader | EndReason) => void) | undefined;
  private reason: EndReason = 'died';
  private words = '';
  private hasEnded = false;

  /** @param ended called once, with why and what it said last */
  constructor(
    served: ServedFiles,
    private readonly limits: ViewerLimits,
    ended: (reason: EndReason, facts: { pid?: number; line?: string; error?: string }) => void,
  ) {
    this.child = fork(ENTRY, [JSON.stringify(served), String(process.pid)], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${HEAP_LIMIT_MB}`],
      // What the service is told about tokens, keys and places is not its business.
      env: { TMPDIR: process.env.TMPDIR, TZ: process.env.TZ },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const { pid } = this.child;
    this.child.stderr!.on('data', (chunk: Buffer) => {
      this.words = (this.words + chunk.toString()).slice(-KEPT_WORDS);
    });
    const end = (signal?: NodeJS.Signals | null) => {
      if (this.hasEnded) return;
      this.hasEnded = true;
      this.isSpent = true;
      this.settle?.(this.reason);
      ended(this.reason, {
        pid,
        ...(signal && { error: signal }),
        ...(this.words && { line: this.words }),
      });
    };
    this.child.once('exit', (_code, signal) => end(signal));
    // More than one may come, and one that nobody heeds would end this process.
    this.child.on('error', (error) => {
      this.words = error.message;
      this.child.kill('SIGKILL');
      end();
    });
    this.child.on('message', (message: FromReader) => this.settle?.(message));
    this.started = this.waitForStart();
    this.started.catch(() => 'whoever asks is told');
  }

  /**
   * Carries out a step when those before it are done.
   *
   * @throws FileCallFailed; NeverBegun; ReadingTimedOut, ReadingEnded when the process ended at this step
   */
  step(message: Exclude<ToReader, { step: 'drop' }>): Promise<Piece> {
    return this.steps.run(async () => {
      await this.started;
      if (this.hasEnded) throw new NeverBegun();
      const answer = await this.answerTo(this.limits.stepMs, message);
      this.answered++;
      if (answer.answer === 'ready') throw new Error('a reading process started twice');
      if (answer.isSpent) this.isSpent = true;
      if (answer.answer === 'piece') return answer;
      throw new FileCallFailed(answer.code, answer.message);
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Gives a reply up. */
  drop(id: number): void {
    void this.steps.run(() => {
      if (!this.hasEnded && this.child.connected)
        this.child.send({ step: 'drop', id }, () => undefined);
    });
  }

  /** Ends it whatever it does; the first reason counts. */
  end(reason: EndReason): void {
    if (this.hasEnded || this.child.killed) return;
    this.reason = reason;
    this.isSpent = true;
    this.child.kill('SIGKILL');
  }

  /** Ends it, and waits until it is gone. */
  async close(): Promise<void> {
    if (this.hasEnded) return;
    const gone = once(this.child, 'exit');
    this.end('closed');
    await gone;
  }

  private async waitForStart(): Promise<void> {
    const answer = await this.answerTo(this.limits.startMs);
    if (answer.answer !== 'ready') throw new Error(`a reading process began with ${answer.answer}`);
  }

  /** @throws ReadingTimedOut, ReadingEnded */
  private async answerTo(limitMs: number, message?: ToReader): Promise<FromReader> {
    const watch = this.watchMemory();
    let limit: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<FromReader | EndReason>((resolve) => {
        this.settle = resolve;
        limit = setTimeout(() => {
          // Where this process stood still itself, the answer may have come meanwhile.
          setImmediate(() => setImmediate(() => this.settle === resolve && this.end('time')));
        }, limitMs);
        if (this.hasEnded) resolve(this.reason);
        else if (message) this.child.send(message, () => undefined);
      });
      this.settle = undefined;
      if (typeof answer !== 'string') {
        return answer;
      }
      if (answer === 'time') throw new ReadingTimedOut(limitMs / 1000);
      throw new ReadingEnded(ENDINGS[answer]);
    } finally {
      clearTimeout(limit);
      clearInterval(watch);
    }
  }

  /** HDF5's memory never gets smaller: one that has half of what it may is replaced. */
  async lookAtMemory(): Promise<void> {
    const memory = this.child.pid === undefined ? 0 : ((await memoryOf(this.child.pid)) ?? 0);
    if (memory > this.limits.memory) this.end('memory');
    else if (memory > this.limits.memory / 2) this.isSpent = true;
  }

  private watchMemory(): NodeJS.Timeout {
    return setInterval(() => void this.lookAtMemory(), LOOK_MS);
  }
}

const ENDINGS: Readonly<Record<EndReason, string>> = {
  died: 'ended by itself',
  time: 'took too long',
  memory: 'took more memory than it may',
  spent: 'was replaced',
  idle: 'was replaced',
  closed: 'was ended, as the service ends',
};
