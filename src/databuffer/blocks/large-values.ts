import { SharedGarbage } from '../../concurrency/shared-garbage.js';
import { ValueMemory } from '../../rows/value-memory.js';

/** Memory for values that are too large to be copied: shared with whoever takes the rows. */
export class LargeValues {
  private memory = new ValueMemory(0, true);
  private readonly garbage = new SharedGarbage();

  /** @param keptBytes what `trim` leaves: as garbage that of several replies would wait to be collected */
  constructor(private readonly keptBytes: number) {}

  /** At least so many bytes. */
  ofBytes(count: number): ValueMemory {
    if (this.memory.size < count) this.replace(count);
    return this.memory;
  }

  /** Releases memory that unusually large values needed. */
  trim(): void {
    if (this.memory.size > this.keptBytes) this.replace(0);
  }

  private replace(size: number): void {
    const given = this.memory.size;
    this.memory = new ValueMemory(0, true);
    this.garbage.add(given);
    if (size > 0) this.memory = new ValueMemory(size, true);
  }
}
