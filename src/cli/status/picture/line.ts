import { styleText } from 'node:util';
import { printable } from '../../../logging/printable.js';
import { cellsOf, fit } from './cells.js';

/** What a text means for whoever looks. */
export type Tone = 'ok' | 'busy' | 'attention' | 'failed' | 'quiet' | 'strong';

/** A text, or one with a meaning. What others gave may be in it: it is made safe when it is drawn. */
export type Part = string | { readonly text: string; readonly tone: Tone | undefined };

/** One line of the picture. */
export type Line = readonly Part[];

const STYLES = {
  ok: 'green',
  busy: 'cyan',
  attention: 'yellow',
  failed: 'red',
  quiet: 'dim',
  strong: 'bold',
} as const;

/** A text with a meaning. */
export function as(tone: Tone | undefined, text: string): Part {
  return { text, tone };
}

/** A line as a terminal shows it: no control characters but those of colours, and never wider. */
export function drawn(line: Line, width: number, inColour: boolean): string {
  let room = width;
  const texts: string[] = [];
  for (const part of line) {
    const { text, tone } = typeof part === 'string' ? { text: part, tone: undefined } : part;
    const shown = fit(printable(text), room);
    room -= cellsOf(shown);
    texts.push(
      tone && inColour ? styleText(STYLES[tone], shown, { validateStream: false }) : shown,
    );
    if (room <= 0) break;
  }
  return texts.join('').trimEnd();
}

/** Texts with two spaces in between, those that are there. */
export function spaced(...parts: readonly (Part | undefined)[]): Line {
  const there = parts.filter((part) => part !== undefined && part !== '') as Part[];
  return there.flatMap((part, index) => (index === 0 ? [part] : ['  ', part]));
}

/** A text in as many lines as it needs. @param first, others what the lines begin with, of the same width */
export function wrapped(first: Line, others: Line, text: string, width: number): Line[] {
  const indent = first.reduce((sum, part) => sum + cellsOf(textOf(part)), 0);
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && cellsOf(longer) <= width - indent) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line, index) => [...(index === 0 ? first : others), line]);
}

function textOf(part: Part): string {
  return typeof part === 'string' ? part : part.text;
}
