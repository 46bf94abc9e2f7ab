import type { ElementType } from '../../encoding/element-type.js';
import type { Scalar } from './signals.js';
import type { Spelling } from './simulated-channel.js';

/** One element as it stands in the reply. */
export function jsonText(value: Scalar, type: ElementType, spelling: Spelling): string {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) return notFinite(value, spelling);
      return String(type === 'float32' ? shortFloat32(value) : value);
    case 'string':
      return spelling === 'escaped' ? escaped(JSON.stringify(value)) : JSON.stringify(value);
    default:
      return String(value);
  }
}

function notFinite(value: number, spelling: Spelling): string {
  if (spelling === 'nulled') return 'null';
  return spelling === 'quoted' ? `"${value}"` : String(value);
}

/** A number of few digits to which the float32 is the nearest, as servers write float32. */
function shortFloat32(value: number): number {
  const short = Math.round(value * 1e7) / 1e7;
  return Math.fround(short) === value ? short : value;
}

function escaped(text: string): string {
  return text.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
