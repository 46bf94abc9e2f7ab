/** Groups digits by three: narrow, and never at the end of a line. */
const SPACE = '\u202F';

/** A count for people: `1 234 567`. */
export function grouped(count: number): string {
  return groups(String(Math.round(count))).join(SPACE);
}

/** The digits of an integer in groups of three, the first one perhaps shorter: `['21', '767', '262', '480']`. */
export function groups(digits: string): string[] {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ' ').split(' ');
}

/**
 * Bytes as a number of MB (10⁶ bytes), without the unit: one decimal below 10, none above. What is there but
 * rounds to nothing is `< 0.1`.
 */
export function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  if (bytes > 0 && size < 0.05) return '<\u202F0.1';
  return size < 9.95 ? size.toFixed(1) : grouped(size);
}

/** Bytes a second as `12 MB/s`. */
export function rate(bytesPerSecond: number): string {
  return `${megabytes(bytesPerSecond)} MB/s`;
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
