import { printable } from '../../../logging/printable.js';

/** Characters that terminals show two cells wide: CJK, full-width forms, pictures. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60\uFFE0-\uFFE6]/u;
const COMBINING = /\p{Mark}/u;

const CUT = '…';

/** Cells that a text takes on a terminal; it has no control characters. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOfOne(character);
  return cells;
}

function cellsOfOne(character: string): number {
  if (character < '\u0300') return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** A text as it is, or cut off at its end. @param room in cells */
export function fit(text: string, room: number): string {
  if (cellsOf(text) <= room) return text;
  return room <= 0 ? '' : beginning(text, room - 1) + CUT;
}

/** A file name, or its beginning and its end: both tell files apart. @param room in cells */
export function fitName(name: string, room: number): string {
  const shown = printable(name);
  if (cellsOf(shown) <= room) return shown;
  const end = Math.floor((room - 1) / 2);
  const reversed = [...shown].reverse().join('');
  const last = [...beginning(reversed, end)].reverse().join('');
  return beginning(shown, room - 1 - cellsOf(last)) + CUT + last;
}

/** Filled up with spaces. @param room in cells */
export function padded(text: string, room: number, side: 'left' | 'right' = 'left'): string {
  const shown = fit(printable(text), room);
  const spaces = ' '.repeat(Math.max(room - cellsOf(shown), 0));
  return side === 'left' ? shown + spaces : spaces + shown;
}

function beginning(text: string, room: number): string {
  let [shown, left] = ['', room];
  for (const character of text) {
    left -= cellsOfOne(character);
    if (left < 0) break;
    shown += character;
  }
  return shown;
}
