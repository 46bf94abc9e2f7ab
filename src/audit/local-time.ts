/**
 * A moment as trail lines and statistics carry it: local time, `YYYYMMDD-HHMMSS`. A moment outside the
 * years 0 to 9999, or an invalid date, counts as now.
 */
export function localStamp(time: Date): string {
  if (!hasStamp(time)) return localStamp(new Date());
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(time.getFullYear()).padStart(4, '0')}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${day}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}

/** Whether a date is one that {@link localStamp} can express. */
export function hasStamp(time: Date): boolean {
  const year = time.getFullYear();
  return year >= 0 && year <= 9999;
}

/** The moment of a `YYYYMMDD-HHMMSS` in this machine's time zone; undefined for other texts. */
export function timeOfStamp(stamp: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/.exec(stamp)?.slice(1).map(Number);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const time = new Date(2000, 0);
  time.setFullYear(year, month - 1, day);
  const isDay = time.getMonth() === month - 1 && time.getDate() === day;
  time.setHours(hour, minute, second);
  return isDay ? time : undefined;
}
