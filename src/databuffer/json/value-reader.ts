import { MalformedReply } from '../errors.js';
import { TAG_FALSE, TAG_NULL, TAG_OBJECT, TAG_TRUE } from './cell-page.js';
import { DOUBLE, INEXACT } from './decimal-parser.js';
import type { JsonScanner } from './json-scanner.js';
import type { RowCollector } from './row-collector.js';
import {
  BEGIN_LIST,
  END_LIST,
  FALSE,
  NEED_BYTES,
  NULL,
  NUMBER,
  STRING,
  type Token,
  TRUE,
} from './tokens.js';

const MAX_ELEMENTS = 2 ** 31;

/** Reads a point's `value` into cells: one element, or a list, in which inner lists are taken as one. */
export class ValueReader {
  /** Nesting outside the list. */
  private outerDepth = 0;
  /** Cells of the channel before the value. */
  private cellsBefore = 0;

  constructor(
    private readonly scanner: JsonScanner,
    private readonly collector: RowCollector,
  ) {}

  /** Takes the value's first token. @returns whether it is all; else `read` goes on */
  begin(token: Token): boolean {
    this.cellsBefore = this.collector.cellCount;
    if (token !== BEGIN_LIST) {
      this.takeElement(token);
      return true;
    }
    this.outerDepth = this.scanner.depth - 1;
    return false;
  }

  /** Reads on in a list. @returns whether it ended; else more bytes are needed */
  read(): boolean {
    const { scanner, collector } = this;
    for (;;) {
      if (collector.cells.full) this.turnCells();
      scanner.readNumbers(collector.cells);
      if (collector.cells.full) continue;
      const token = scanner.next();
      if (token === NEED_BYTES) return false;
      if (token === END_LIST) {
        if (scanner.depth === this.outerDepth) return true;
      } else if (token !== BEGIN_LIST) {
        this.takeElement(token);
      }
    }
  }

  private takeElement(token: Token): void {
    if (this.collector.cells.full) this.turnCells();
    const { scanner } = this;
    const { cells } = this.collector;
    switch (token) {
      case NUMBER:
        if (scanner.numberKind === DOUBLE) cells.addNumber(scanner.number[0]);
        else if (scanner.numberKind === INEXACT) cells.addInexact(scanner.numberText);
        else cells.addWide(scanner.numberKind, scanner.wide[0], scanner.wide[1]);
        break;
      case STRING:
        cells.addText(scanner.text);
        break;
      case TRUE:
        cells.addTag(TAG_TRUE, 0);
        break;
      case FALSE:
        cells.addTag(TAG_FALSE, 0);
        break;
      case NULL:
        cells.addTag(TAG_NULL, 0);
        break;
      default:
        cells.addTag(TAG_OBJECT, 0);
        scanner.skipRest();
    }
  }

  private turnCells(): void {
    const { collector, scanner } = this;
    if (collector.cellCount - this.cellsBefore > MAX_ELEMENTS) {
      throw new MalformedReply(scanner.bytes, `a value of more than ${MAX_ELEMENTS} elements`);
    }
    collector.turnCells();
  }
}
