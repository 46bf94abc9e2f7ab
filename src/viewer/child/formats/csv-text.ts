import type { Value } from '../../../hdf5/browse/decode-values.js';

/** What a spreadsheet takes for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const TO_BE_QUOTED = /[",\r\n]/;

/**
 * A cell of a CSV file (RFC 4180). A text that a spreadsheet would take for a formula, and carry out, gets an
 * apostrophe before it; numbers are as they are, and what is not one is left as `nan`, `inf`.
 */
export function cellText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return quoted(FORMULA.test(value) ? `'${value}` : value);
    case 'number':
      return numberText(value);
    case 'object':
      return value === null ? '' : quoted(value.map(cellText).join(' '));
    default:
      return String(value);
  }
}

/** A line with its end. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? 'inf' : '-inf';
}

function quoted(text: string): string {
  return TO_BE_QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
