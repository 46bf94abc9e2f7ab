import { isUtf8 } from 'node:buffer';
import type { TextValues } from '../../../rows/row-block.js';
import { appendText, textTooLong } from '../../blocks/append-text.js';
import { BLOCK_BYTES } from '../../blocks/block-memory.js';
import type { StoredFault } from '../../blocks/problem-tally.js';
import { MAX_TEXT_LENGTH, TextBuffer } from '../../blocks/text-buffer.js';
import { ARRAY, NULL, TEXT } from '../cbor/cbor-kinds.js';
import type { CborReader } from '../cbor/cbor-reader.js';
import type { ValueColumn } from './value-column.js';
import { described, wrongLength } from './value-faults.js';

/** Texts. Only CBOR's texts are: a number is not one, nor is a byte string. */
export class TextColumn implements ValueColumn {
  readonly values: TextValues;
  readonly rowsAtOnce = 1;

  /** @param text used by nobody else until the block is handed on */
  constructor(
    private readonly elements: number,
    readonly capacity: number,
    private readonly text: TextBuffer,
  ) {
    this.values = { type: 'string', text };
  }

  get full(): boolean {
    return this.text.length >= BLOCK_BYTES;
  }

  readRows(): number {
    return 0;
  }

  readRow(reader: CborReader, row: number): StoredFault | undefined {
    const { text, elements } = this;
    const kind = reader.value();
    const fault = kind === ARRAY ? this.readArray(reader) : this.readAlone(reader, kind);
    if (fault !== undefined && !fault.stored) text.truncate(row * elements);
    text.padTo((row + 1) * elements);
    return fault;
  }

  begin(): void {
    this.text.truncate(0);
  }

  private readAlone(reader: CborReader, kind: number): StoredFault | undefined {
    const fault = putText(this.text, reader, kind);
    const isTelling = fault?.code === 'null_value' || fault?.code === 'wrong_type';
    return this.elements === 1 || isTelling ? fault : wrongLength(1, this.elements);
  }

  private readArray(reader: CborReader): StoredFault | undefined {
    const { elements } = this;
    const { count } = reader;
    let fault: StoredFault | undefined;
    let read = 0;
    for (; !reader.isOver(count, read); read++) {
      if (read >= elements) reader.skip();
      else fault = worse(fault, putText(this.text, reader, reader.value()));
    }
    return read === elements ? fault : wrongLength(read, elements);
  }
}

/** Appends the text whose head was read; an empty one where it is not one, with the fault that it is. */
export function putText(
  target: TextBuffer,
  reader: CborReader,
  kind: number,
): StoredFault | undefined {
  const { count } = target;
  const fault = appendContent(target, reader, kind);
  target.padTo(count + 1);
  return fault;
}

function appendContent(
  target: TextBuffer,
  reader: CborReader,
  kind: number,
): StoredFault | undefined {
  if (kind === NULL) return { code: 'null_value', example: 'null', stored: false };
  if (kind !== TEXT) {
    const example = `${described(reader, kind)} is not text`;
    return { code: 'wrong_type', example, stored: false };
  }
  const bytes = reader.content(kind, MAX_TEXT_LENGTH);
  if (bytes === undefined) return textTooLong();
  if (isUtf8(bytes)) return appendText(target, bytes, true);
  return appendText(target, Buffer.from(Buffer.from(bytes).toString()), false);
}

/** The fault that costs more. */
function worse(a: StoredFault | undefined, b: StoredFault | undefined): StoredFault | undefined {
  return a === undefined || (a.stored && b?.stored === false) ? b : a;
}
