import * as fc from 'fast-check';

/** Draws small whole numbers, reproducibly: how a document is spelled, apart from what it says. */
export type Draw = (below: number) => number;

export const draws: fc.Arbitrary<Draw> = fc.integer().map((seed) => {
  let state = seed | 1;
  return (below) => {
    state = Math.imul(state, 1664525) + 1013904223;
    return ((state >>> 8) % 65536) % below;
  };
});

const SPACES = ['', '', '', ' ', '  ', '\n', '\t', '\r\n', ' \n\t '];

/** White space as JSON allows it, mostly none. */
export function space(draw: Draw): string {
  return SPACES[draw(SPACES.length)];
}

/** JSON text of a value, spelled in a way that `draw` chooses. */
export function render(value: unknown, draw: Draw): string {
  const s = (): string => space(draw);
  if (Array.isArray(value)) {
    return `[${s()}${value.map((item) => render(item, draw)).join(`${s()},${s()}`)}${s()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, item]) => `${renderText(key, draw)}${s()}:${s()}${render(item, draw)}`,
    );
    return `{${s()}${members.join(`${s()},${s()}`)}${s()}}`;
  }
  if (typeof value === 'string') return renderText(value, draw);
  if (typeof value === 'number') return renderNumber(value, draw);
  return String(value);
}

function renderText(text: string, draw: Draw): string {
  const units = Array.from({ length: text.length }, (_, i) => {
    const unit = text.charCodeAt(i);
    const plain = text[i] === '/' && draw(2) === 0 ? '\\/' : JSON.stringify(text[i]).slice(1, -1);
    // Half of a pair can't stand alone in UTF-8: both are spelled alike.
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
    if (!isSurrogate && draw(8) > 0) return plain;
    const hex = unit.toString(16).padStart(4, '0');
    return `\\u${draw(2) === 0 ? hex : hex.toUpperCase()}`;
  });
  return `"${units.join('')}"`;
}

function renderNumber(value: number, draw: Draw): string {
  if (Object.is(value, -0)) return '-0';
  switch (draw(5)) {
    case 0:
      return value.toExponential();
    case 1:
      return value.toExponential().replace('e', 'E');
    case 2:
      return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
    case 3:
      return value.toPrecision(1 + draw(25));
    default:
      return String(value);
  }
}
