const UNITS = new Map<string, number>([
  ...(['ns', 'nsec'] as const).map((unit) => [unit, 1e-6] as const),
  ...(['us', 'usec'] as const).map((unit) => [unit, 1e-3] as const),
  ...(['ms', 'msec', 'millis'] as const).map((unit) => [unit, 1] as const),
  ...(['s', 'sec', 'secs', 'second', 'seconds'] as const).map((unit) => [unit, 1000] as const),
  ...(['m', 'min', 'mins', 'minute', 'minutes'] as const).map((unit) => [unit, 60_000] as const),
  ...(['h', 'hr', 'hour', 'hours'] as const).map((unit) => [unit, 3_600_000] as const),
  ...(['d', 'day', 'days'] as const).map((unit) => [unit, 86_400_000] as const),
]);

/** Milliseconds of a time as people write it: `8s`, `500ms`, `1h 30min`. Undefined for any other text. */
export function parseHumanTime(text: string): number | undefined {
  if (!/^\s*(?:\d{1,15}\s*[a-z]+\s*)+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)\s*([a-z]+)/g)) {
    const ms = UNITS.get(unit);
    if (ms === undefined) return undefined;
    sum += Number(count) * ms;
  }
  return sum;
}
