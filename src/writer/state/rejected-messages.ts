import { isUtf8 } from 'node:buffer';
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, Occasional } from '../../logging/occasional.js';

/** Bytes of one message that are kept; more than any write request has. */
const MOST_MESSAGE_BYTES = 1024 * 1024;
/** Frames of one message that are kept; a message of 100 channels has 202. */
const MOST_FRAMES = 1000;
/** Messages that are kept in a second: more are no mishap but a flood. */
const MOST_A_SECOND = 10;
/** Size at which a new file is begun and the one before the last goes. */
const MOST_FILE_BYTES = 64 * 1024 * 1024;

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
  private readonly floods = new Occasional(1000);

  constructor(stateDirectory: string) {
    this.path = join(stateDirectory, 'rejected.jsonl');
  }

  /** Messages rejected since the writer started. */
  get total(): number {
    return this.count;
  }

  /** Keeps a message, with the reason. Never throws: what can't be kept is logged. */
  keep(frames: readonly Uint8Array[], error: Error): void {
    this.count++;
    const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
    const code = 'code' in error ? String(error.code) : error.name;
    const size = { frames: frames.length, bytes, rejected_total: this.count };
    const event = { code, reason: error.message, ...size };
    if (!this.isAmongFirst()) {
      const heldBack = this.floods.pass(code);
      if (heldBack === undefined) return;
      const why = `more than ${MOST_A_SECOND} a second`;
      const report = { ...event, ...notLoggedBefore(heldBack), error: why };
      this.logger.warn('message rejected and not kept', report);
      return;
    }
    try {
      const line = {
        time: new Date().toISOString(),
        code,
        reason: error.message,
        frame_count: frames.length,
        frames: keep(frames.slice(0, MOST_FRAMES)),
      };
      this.makeRoom();
      // One write a line, at the end of the file: several writers may share the folder.
      appendFileSync(this.path, `${JSON.stringify(line)}\n`);
      this.logger.warn('message rejected', { ...event, file: this.path });
    } catch (error) {
      this.logger.error('message rejected and not kept', { ...event, error });
    }
  }

  private isAmongFirst(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.second) this.keptInSecond = 0;
    this.second = second;
    return ++this.keptInSecond <= MOST_A_SECOND;
  }

  private makeRoom(): void {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > MOST_FILE_BYTES) renameSync(this.path, `${this.path}.1`);
  }
}

function keep(frames: readonly Uint8Array[]): KeptFrame[] {
  let room = MOST_MESSAGE_BYTES;
  return frames.map((frame) => {
    const kept = Buffer.from(frame.buffer, frame.byteOffset, Math.min(frame.byteLength, room));
    room -= kept.byteLength;
    const content = isUtf8(kept) ? { text: kept.toString() } : { base64: kept.toString('base64') };
    return { bytes: frame.byteLength, ...content };
  });
}
