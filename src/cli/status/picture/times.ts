const two = (value: number) => String(value).padStart(2, '0');

/** Time of day here: `14:03:22`. @param time seconds since the epoch */
export function clock(time: number): string {
  const date = new Date(time * 1000);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** Time of day if it is today's, else the day as well: `29 Nov 14:03`. */
export function when(time: number, now: number): string {
  const date = new Date(time * 1000);
  if (date.toDateString() === new Date(now * 1000).toDateString()) return clock(time);
  const month = date.toLocaleString('en', { month: 'short' });
  return `${date.getDate()} ${month} ${clock(time).slice(0, 5)}`;
}

/** How long something is ago or takes, in one unit: `8 s`, `3 min`, `5 h`, `12 d`. */
export function age(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)} h`;
  return `${Math.floor(whole / 86_400)} d`;
}

/** How long something took: `4 ms`, `0.6 s`, `42 s`, `3 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.05) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : age(Math.round(seconds));
}
