import { timeOfStamp } from './local-time.js';

/**
 * A time as people write it: as in the trail (`20261124-101500`), or an ISO date with or without a
 * time, in local time unless it says otherwise.
 *
 * @param endOfDay whether a date alone means its last moment instead of its first
 * @returns undefined for anything else
 */
export function parseMoment(text: string, endOfDay: boolean): Date | undefined {
  const stamped = timeOfStamp(text);
  if (stamped) return stamped;
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$/.test(text)) return undefined;
  const dateAlone = text.length === 'YYYY-MM-DD'.length;
  const time = endOfDay ? 'T23:59:59.999' : 'T00:00';
  const moment = new Date(dateAlone ? `${text}${time}` : text.replace(' ', 'T'));
  // JavaScript takes February 31 for March 3.
  const day = new Date(`${text.slice(0, 10)}T00:00Z`).toJSON()?.slice(0, 10);
  return Number.isNaN(moment.getTime()) || day !== text.slice(0, 10) ? undefined : moment;
}
