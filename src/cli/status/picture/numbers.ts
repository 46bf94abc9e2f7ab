/** A count for people: `1 234 567`. */
export function grouped(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}

/** `1 file`, `2 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Bytes in MB (10⁶ bytes): one decimal below 10, none above; what is there is never `0.0`. */
export function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  if (bytes > 0 && size < 0.05) return '< 0.1 MB';
  return `${size < 9.95 ? size.toFixed(1) : grouped(size)} MB`;
}

/** The same in a second. */
export function rate(bytesPerSecond: number): string {
  return `${megabytes(bytesPerSecond)}/s`;
}
