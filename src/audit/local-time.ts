/** A moment as trail lines and statistics carry it: local time, `YYYYMMDD-HHMMSS`. */
export function localStamp(time: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(time.getFullYear()).padStart(4, '0')}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${day}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}

/** The moment that `YYYYMMDD-HHMMSS` stands for in this machine's time zone; undefined for none. */
export function timeOfStamp(stamp: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)$/.exec(stamp)?.slice(1).map(Number);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts;
  const valid = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!valid || hour > 23 || minute > 59 || second > 60) return undefined;
  return new Date(year, month - 1, day, hour, minute, second);
}
