import { untouchedMemory } from '../../rows/untouched-memory.js';

const MIB = 1024 * 1024;
const BUFFER_BYTES = 4 * MIB;
const BUFFERS = 3;

/** Places of the words. Behind them is one for each buffer: whether it is taken. */
const READY = 0;
const FAILED = 1;
const LENT = 2;
const FIRST_BUFFER = 3;

const [IS_READY, IS_READY_AND_PACKS] = [1, 2];

/** What two threads share, as it is sent to the other one. */
export interface SharedParts {
  /** Rows, see `RecordWriter`. */
  readonly buffers: readonly SharedArrayBuffer[];
  /** 32-bit words. */
  readonly words: SharedArrayBuffer;
  /** One 64-bit number: bytes that wait to get into the file. */
  readonly waiting: SharedArrayBuffer;
}

/** Memory for rows on their way; most of it is never touched. */
export function newBuffers(count = BUFFERS, bytes = BUFFER_BYTES): SharedArrayBuffer[] {
  return Array.from({ length: count }, () => untouchedMemory(bytes));
}

/** A thread that fills buffers and one that empties them, as both see it. */
export class SharedBuffers {
  private readonly words: Int32Array;
  private readonly waiting: BigInt64Array;

  static partsFor(buffers: readonly SharedArrayBuffer[]): SharedParts {
    return {
      buffers,
      words: new SharedArrayBuffer(4 * (FIRST_BUFFER + buffers.length)),
      waiting: new SharedArrayBuffer(8),
    };
  }

  constructor(private readonly parts: SharedParts) {
    this.words = new Int32Array(parts.words);
    this.waiting = new BigInt64Array(parts.waiting);
  }

  buffer(index: number): SharedArrayBuffer {
    return this.parts.buffers[index];
  }

  /** The other thread can make files. @param packs whether it stores packed values as they are */
  setReady(packs: boolean): void {
    Atomics.store(this.words, READY, packs ? IS_READY_AND_PACKS : IS_READY);
  }

  /** Whether the other thread can make files, and stores packed values if and only if `packs`. */
  isReady(packs: boolean): boolean {
    return Atomics.load(this.words, READY) === (packs ? IS_READY_AND_PACKS : IS_READY);
  }

  get hasFailed(): boolean {
    return Atomics.load(this.words, FAILED) === 1;
  }

  set hasFailed(failed: boolean) {
    Atomics.store(this.words, FAILED, failed ? 1 : 0);
  }

  take(index: number): void {
    Atomics.store(this.words, FIRST_BUFFER + index, 1);
  }

  free(index: number): void {
    this.clear(FIRST_BUFFER + index);
  }

  isFree(index: number): boolean {
    return Atomics.load(this.words, FIRST_BUFFER + index) === 0;
  }

  waitUntilFree(index: number): void {
    this.waitUntilClear(FIRST_BUFFER + index);
  }

  lend(): void {
    Atomics.store(this.words, LENT, 1);
  }

  giveBack(): void {
    this.clear(LENT);
  }

  waitUntilGivenBack(): void {
    this.waitUntilClear(LENT);
  }

  /** Bytes that wait to get into the file, beside the buffers. */
  get waitingBytes(): number {
    return Number(Atomics.load(this.waiting, 0));
  }

  set waitingBytes(bytes: number) {
    Atomics.store(this.waiting, 0, BigInt(bytes));
  }

  private clear(word: number): void {
    Atomics.store(this.words, word, 0);
    Atomics.notify(this.words, word);
  }

  /** The main thread ends the wait, with the thread, when the other one ends. */
  private waitUntilClear(word: number): void {
    while (Atomics.load(this.words, word) === 1) Atomics.wait(this.words, word, 1);
  }
}
