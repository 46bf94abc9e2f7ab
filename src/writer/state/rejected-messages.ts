import { isUtf8 } from 'node:buffer';
import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import { EventLog } from '../../logging/event-log.js';
import type { LogFields } from '../../logging/log-fields.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';

/** Bytes of one message that are kept; more than any write request has. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Frames of one message that are kept; a message of 100 channels has 202. */
const MAX_FRAMES = 1000;
/** Messages that are kept in a second: more than that is a flood, not a mishap. */
const MAX_PER_SECOND = 10;
/** Size at which a new file is begun and the one before the last goes. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Messages that wait for the disk at once; it is away where there are more. */
const MAX_WAITING = 20;

/** One frame: as text where its bytes are UTF-8, else as base64; `bytes` is the length that came. */
interface KeptFrame {
  readonly bytes: number;
  readonly text?: string;
  readonly base64?: string;
}

/**
 * Messages that could not be decoded: counted, logged, and kept as they came in `rejected.jsonl` of
 * the state folder, one JSON object a line, so that a request can be recovered by hand.
 *
 * Of a longer message the first MiB and 1000 frames are kept, of a flood ten messages a second; the
 * file and the one before it take 128 MiB at most.
 */
export class RejectedMessages {
  private readonly logger = new EventLog('Writer');
  private readonly path: string;
  private count = 0;
  /** The second that is under way, and messages kept in it. */
  private second = 0;
  private keptInSecond = 0;
  private readonly floods = new LogThrottle(1000);
  private readonly writes = new SerialQueue();

  constructor(stateDirectory: string) {
    this.path = join(stateDirectory, 'rejected.jsonl');
  }

  /** Messages rejected since the writer started. */
  get total(): number {
    return this.count;
  }

  /**
   * Keeps a message, with the reason; those of one writer one after another. Never rejects: what can't
   * be kept is logged.
   */
  keep(frames: readonly Uint8Array[], error: Error): Promise<void> {
    this.count++;
    const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
    const code = 'code' in error ? String(error.code) : error.name;
    const size = { frames: frames.length, bytes, rejected_total: this.count };
    const event = { code, reason: error.message, ...size };
    if (!this.isAmongFirst()) {
      this.noteNotKept(code, `more than ${MAX_PER_SECOND} a second`, event);
      return this.writes.idle();
    }
    if (this.writes.size >= MAX_WAITING) {
      this.noteNotKept(code, 'the disk does not answer', event);
      return this.writes.idle();
    }
    const line = {
      time: new Date().toISOString(),
      code,
      reason: error.message,
      frame_count: frames.length,
      frames: keep(frames.slice(0, MAX_FRAMES)),
    };
    const text = `${JSON.stringify(line)}\n`;
    return this.writes.run(() => this.write(text, event));
  }

  private noteNotKept(code: string, error: string, event: LogFields): void {
    const heldBack = this.floods.pass(code);
    if (heldBack === undefined) return;
    const report = { ...event, ...notLoggedBefore(heldBack), error };
    this.logger.warn('message rejected and not kept', report);
  }

  private async write(line: string, event: LogFields): Promise<void> {
    try {
      await this.makeRoom();
      // One write a line, at the end of the file: several writers may share the folder.
      await appendFile(this.path, line);
      this.logger.warn('message rejected', { ...event, file: this.path });
    } catch (error) {
      this.logger.error('message rejected and not kept', { ...event, error });
    }
  }

  private isAmongFirst(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.second) this.keptInSecond = 0;
    this.second = second;
    return ++this.keptInSecond <= MAX_PER_SECOND;
  }

  private async makeRoom(): Promise<void> {
    const size = await stat(this.path).then(
      (found) => found.size,
      () => 0,
    );
    if (size > MAX_FILE_BYTES) await rename(this.path, `${this.path}.1`);
  }
}

function keep(frames: readonly Uint8Array[]): KeptFrame[] {
  let room = MAX_MESSAGE_BYTES;
  return frames.map((frame) => {
    const kept = Buffer.from(frame.buffer, frame.byteOffset, Math.min(frame.byteLength, room));
    room -= kept.byteLength;
    const content = isUtf8(kept) ? { text: kept.toString() } : { base64: kept.toString('base64') };
    return { bytes: frame.byteLength, ...content };
  });
}
