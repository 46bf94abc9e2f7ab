import { ValueMemory } from '../../../rows/value-memory.js';
import { BLOCK_BYTES } from '../../blocks/block-memory.js';
import { LargeValues } from '../../blocks/large-values.js';
import { TextBuffer } from '../../blocks/text-buffer.js';
import { CborReader } from './cbor-reader.js';
import { FrameMemory } from './frame-memory.js';
import { Kernel } from './kernel.js';

/** Memory for reading replies, shared by all downloads of a thread. */
export class Api4Memory {
  readonly frames: FrameMemory;

  /** Of the arrays of a batch, which are read side by side. */
  readonly times: CborReader;
  readonly pulses: CborReader;
  readonly values: CborReader;
  readonly labels: CborReader;

  /** Of the block that is being filled; nobody leaves one unfinished. */
  readonly texts = new TextBuffer(0, 0);
  readonly names = new TextBuffer(0, 0);
  private readonly small: ValueMemory;
  private readonly large = new LargeValues(4 * BLOCK_BYTES);

  constructor(readonly kernel = new Kernel()) {
    const { bytes, values, valuesBytes } = kernel;
    this.frames = new FrameMemory(kernel.frames, kernel.framesBytes);
    this.times = this.reader(0);
    this.pulses = this.reader(1);
    this.values = this.reader(2);
    this.labels = this.reader(3);
    this.small = new ValueMemory(valuesBytes, false, bytes.subarray(values, values + valuesBytes));
  }

  /** At least so many bytes for the values of a block: the kernel's own, unless they are too many. */
  valueBytes(count: number): ValueMemory {
    return count > this.small.size ? this.large.ofBytes(count) : this.small;
  }

  /** Whether the kernel can write there. */
  isKernels(memory: ValueMemory): boolean {
    return memory === this.small;
  }

  /** Releases memory that unusually large values or texts needed. */
  trim(): void {
    this.large.trim();
    this.texts.begin(BLOCK_BYTES);
    this.names.begin(BLOCK_BYTES);
  }

  private reader(window: number): CborReader {
    const { bytes, windows, windowBytes } = this.kernel;
    return new CborReader(bytes, windows + window * windowBytes, this.kernel);
  }
}
