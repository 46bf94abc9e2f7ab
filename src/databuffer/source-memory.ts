import { Api4Memory } from './api4/cbor/api4-memory.js';
import { BlockMemory } from './blocks/block-memory.js';
import { ReadingMemory } from './json/reading-memory.js';

/** Memory for reading replies, for all sources of a thread: of each protocol only where it is read. */
export class SourceMemory {
  private ofJson: ReadingMemory | undefined;
  private ofApi4: Api4Memory | undefined;
  private ofBinary: BlockMemory | undefined;

  get json(): ReadingMemory {
    return (this.ofJson ??= new ReadingMemory());
  }

  get api4(): Api4Memory {
    return (this.ofApi4 ??= new Api4Memory());
  }

  /** For binary replies: that of JSON ones, where there are such. */
  get blocks(): BlockMemory {
    return this.ofJson?.blocks ?? (this.ofBinary ??= new BlockMemory());
  }
}
