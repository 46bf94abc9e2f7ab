import type { JsonScanner } from './json-scanner.js';
import {
  BEGIN_LIST,
  BEGIN_OBJECT,
  END_LIST,
  END_OBJECT,
  FALSE,
  KEY,
  NUMBER,
  STRING,
  type Token,
  TRUE,
} from './tokens.js';

export type SmallValue = null | boolean | number | string | SmallList | SmallObject;
export type SmallList = SmallValue[];
export type SmallObject = Map<string, SmallValue>;

/** Bytes of a text that are kept; more than any channel name has. */
const MAX_TEXT_LENGTH = 1024;
const MAX_VALUES = 1000;

/**
 * Keeps a value as a whole: a channel's name, a config, a server's error.
 *
 * It is meant to be small. Long texts are cut, and what comes after a thousand values is left out,
 * so that nothing a server sends can fill the memory.
 */
export class SmallValueBuilder {
  /** The value built so far. */
  value: SmallValue = null;

  private open: (SmallList | SmallObject)[] = [];
  private keys: string[] = [];
  private values = 0;

  constructor(private readonly scanner: JsonScanner) {}

  begin(): void {
    this.value = null;
    this.open = [];
    this.keys = [];
    this.values = 0;
  }

  /** Takes the next token. @returns whether the value is complete */
  accept(token: Token): boolean {
    switch (token) {
      case KEY:
        this.keys[this.open.length] = this.text();
        return false;
      case BEGIN_OBJECT:
        return this.nest(new Map());
      case BEGIN_LIST:
        return this.nest([]);
      case END_OBJECT:
      case END_LIST:
        this.open.pop();
        break;
      default:
        this.put(this.scalar(token));
    }
    return this.open.length === 0;
  }

  private nest(value: SmallList | SmallObject): false {
    this.put(value);
    this.open.push(value);
    return false;
  }

  private put(value: SmallValue): void {
    const parent = this.open.at(-1);
    if (parent === undefined) this.value = value;
    else if (++this.values > MAX_VALUES) return;
    else if (Array.isArray(parent)) parent.push(value);
    else parent.set(this.keys[this.open.length], value);
  }

  private scalar(token: Token): SmallValue {
    switch (token) {
      case STRING:
        return this.text();
      case NUMBER:
        return this.scanner.number[0];
      case TRUE:
      case FALSE:
        return token === TRUE;
      default:
        return null;
    }
  }

  private text(): string {
    const { bytes, start, end } = this.scanner.text;
    const shown = bytes.subarray(start, Math.min(end, start + MAX_TEXT_LENGTH));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(shown);
  }
}
