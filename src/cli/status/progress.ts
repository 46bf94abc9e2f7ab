import { basename } from 'node:path/posix';
import type { RequestHead } from '../../report/request-record.js';
import { printError } from '../print-line.js';
import { type Line, as, drawn, spaced } from './picture/line.js';
import { amountOf, isHealing, reasonOf, stateOf } from './picture/state-words.js';
import { sizeOf } from './screen.js';
import type { Follower } from './wait-for-request.js';

const TO_LINE_START = '\r\u001B[K';

/** Tells on standard error where a request stands: on a terminal in one line, elsewhere only what holds it up. */
export class Progress implements Follower {
  private said = '';

  constructor(
    private readonly output: NodeJS.WriteStream,
    private readonly inColour: boolean,
  ) {}

  standsAt(head: RequestHead): void {
    const { word, tone } = stateOf(head);
    const name = basename(head.output_file ?? head.request_id);
    const why = reasonOf(head, Date.now() / 1000);
    if (this.output.isTTY) this.redraw(spaced(as(tone, word), name, amountOf(head), why));
    else if (isHealing(head)) this.sayOnce(`${name} failed, and is waited for: ${why}`);
  }

  away(reason: string): void {
    const text = `the broker does not answer (${reason}): waiting for it`;
    if (this.output.isTTY) this.redraw([as('attention', text)]);
    else this.sayOnce(text);
  }

  /** Leaves the terminal as it was. */
  end(): void {
    if (this.output.isTTY) this.output.write(TO_LINE_START);
  }

  private redraw(line: Line): void {
    // The last cell of a line makes some terminals begin the next.
    this.output.write(TO_LINE_START + drawn(line, sizeOf(this.output).width - 1, this.inColour));
  }

  private sayOnce(text: string): void {
    if (text !== this.said) printError(text);
    this.said = text;
  }
}
