/**
 * A moment as Python's `str(datetime.now())` has it: local time, `YYYY-MM-DD HH:MM:SS.ffffff`. Always with six
 * digits of a second, since what reads it knows no other form.
 */
export function pythonTime(time: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${day} ${clock}.${String(time.getMilliseconds()).padStart(3, '0')}000`;
}

/** The moment of such a text in this machine's time zone; undefined for other texts. */
export function timeOfPython(text: unknown): Date | undefined {
  if (typeof text !== 'string') return undefined;
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return undefined;
  const [, day, clock, fraction = ''] = match;
  const time = new Date(`${day}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
