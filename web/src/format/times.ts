const pad = (value: number, length = 2) => String(value).padStart(length, '0');

/** Time of day here: `14:03:22`. @param time seconds since the epoch */
export function clock(time: number): string {
  const date = new Date(time * 1000);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** Day and time here, to the millisecond, with the zone: for tooltips. */
export function moment(time: number): string {
  const date = new Date(time * 1000);
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${clock(time)}.${pad(Math.floor((time * 1000) % 1000), 3)} ${zoneOf(date)}`;
}

/** Time of day if it is today's, else the day as well: `29 Nov 14:03`. */
export function when(time: number, now: number): string {
  const date = new Date(time * 1000);
  if (date.toDateString() === new Date(now * 1000).toDateString()) return clock(time);
  const month = date.toLocaleString('en', { month: 'short' });
  return `${date.getDate()} ${month} ${clock(time).slice(0, 5)}`;
}

/** How long something is ago or ahead, in one unit: `8 s`, `3 min`, `5 h`, `12 d`. */
export function age(seconds: number): string {
  const rounded = Math.max(Math.floor(seconds), 0);
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min`;
  if (rounded < 48 * 3600) return `${Math.floor(rounded / 3600)} h`;
  return `${Math.floor(rounded / 86_400)} d`;
}

/** How long something took: `0.6 s`, `42 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 0.05) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return both(Math.floor(whole / 60), 'min', whole % 60, 's');
  return both(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
}

/** How long something stayed as it was, for comparing: `3 ms`, `0.85 s`, `12.4 s`, then as {@link duration}. */
export function stay(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  return seconds < 59.95 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

function both(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** `CET, UTC+01:00`. */
function zoneOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = `UTC${minutes < 0 ? '−' : '+'}${pad(hours)}:${pad(rest)}`;
  const name = new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')?.value;
  return !name || /\d/.test(name) || name === 'UTC' ? offset : `${name}, ${offset}`;
}
