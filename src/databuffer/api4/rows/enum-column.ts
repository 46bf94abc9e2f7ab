import type { NumericValues } from '../../../rows/row-block.js';
import type { TextColumn } from '../../../rows/text-column.js';
import { BLOCK_BYTES } from '../../blocks/block-memory.js';
import type { StoredFault } from '../../blocks/problem-tally.js';
import type { TextBuffer } from '../../blocks/text-buffer.js';
import type { Api4Memory } from '../cbor/api4-memory.js';
import { ARRAY, FLOAT, MAP, NEGATIVE, NULL, TEXT, UNSIGNED } from '../cbor/cbor-kinds.js';
import type { CborReader } from '../cbor/cbor-reader.js';
import { NumberColumn } from './number-column.js';
import { putText } from './text-column.js';
import type { ValueColumn } from './value-column.js';
import { wrongLength } from './value-faults.js';

/**
 * Values of an enum: an index each, and its name where there is one.
 *
 * Names of scalars have an array of their own. An element of a waveform has its own name: a map or an
 * array of an index and a text, in whatever order and under whatever keys.
 */
export class EnumColumn implements ValueColumn {
  readonly labels: TextColumn;
  readonly rowsAtOnce = 1;
  private readonly names: TextBuffer;
  private readonly indices: NumberColumn;

  /** @param memory whose memory for values and names nobody else uses until a block is handed on */
  constructor(
    private readonly elements: number,
    readonly capacity: number,
    memory: Api4Memory,
  ) {
    this.names = memory.names;
    this.indices = new NumberColumn('int16', elements, capacity, memory);
    this.labels = memory.names;
  }

  get values(): NumericValues {
    return this.indices.values;
  }

  get full(): boolean {
    return this.names.length >= BLOCK_BYTES;
  }

  readRows(): number {
    return 0;
  }

  readRow(
    reader: CborReader,
    row: number,
    labels: CborReader | undefined,
  ): StoredFault | undefined {
    const { elements, indices, names } = this;
    const first = row * elements;
    const fault = this.readIndices(reader, first);
    const isPresent = fault === undefined || fault.stored;
    indices.written(first + elements);
    if (!isPresent) {
      names.truncate(first);
      indices.blank(row);
    }
    const named = labels && this.readNames(labels, isPresent && names.count === first);
    names.padTo(first + elements);
    return fault ?? named;
  }

  begin(): void {
    this.indices.begin();
    this.names.truncate(0);
  }

  private readIndices(reader: CborReader, first: number): StoredFault | undefined {
    const { elements } = this;
    const kind = reader.value();
    if (kind !== ARRAY) {
      const fault = this.readElement(reader, kind, first);
      return elements === 1 || fault !== undefined ? fault : wrongLength(1, elements);
    }
    const { count } = reader;
    let fault: StoredFault | undefined;
    let read = 0;
    for (; !reader.isOver(count, read); read++) {
      if (read >= elements) reader.skip();
      else fault = this.readElement(reader, reader.value(), first + read) ?? fault;
    }
    return read === elements ? fault : wrongLength(read, elements);
  }

  private readElement(reader: CborReader, kind: number, at: number): StoredFault | undefined {
    if (kind !== ARRAY && kind !== MAP) return this.indices.put(reader, kind, at);
    const { count } = reader;
    let fault: StoredFault | undefined = withoutIndex(kind);
    let isNamed = false;
    for (let read = 0; !reader.isOver(count, read); read++) {
      if (kind === MAP) reader.skip();
      const part = reader.value();
      if (part === UNSIGNED || part === NEGATIVE || part === FLOAT) {
        fault = this.indices.put(reader, part, at);
      } else if (part === TEXT && !isNamed) {
        isNamed = true;
        this.names.padTo(at);
        putText(this.names, reader, part);
      } else reader.skipContent(part);
    }
    return fault;
  }

  /** Reads the names that come beside a row. @param isWanted or else passes over them */
  private readNames(reader: CborReader, isWanted: boolean): StoredFault | undefined {
    const kind = reader.value();
    if (!isWanted || kind === NULL) {
      reader.skipContent(kind);
      return undefined;
    }
    if (kind !== ARRAY) return stored(putText(this.names, reader, kind));
    const { count } = reader;
    let fault: StoredFault | undefined;
    for (let read = 0; !reader.isOver(count, read); read++) {
      if (read >= this.elements) reader.skip();
      else fault ??= stored(putText(this.names, reader, reader.value()));
    }
    return fault;
  }
}

function withoutIndex(kind: number): StoredFault {
  const what = kind === MAP ? 'a map' : 'an array';
  return { code: 'wrong_type', example: `${what} without a number is no enum`, stored: false };
}

/** A name that is none keeps no index away. */
function stored(fault: StoredFault | undefined): StoredFault | undefined {
  return fault && { ...fault, stored: true };
}
