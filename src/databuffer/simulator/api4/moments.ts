import { parseHumanTime } from './human-time.js';

const DATE = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;
const AGO = /^(.+?)\s*ago$/;
const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

/**
 * Nanoseconds since the epoch of a date of RFC 3339, or of a time `ago`: `2h ago`. Undefined for any other text.
 *
 * @param nowMs what it is ago from, in ms since the epoch
 */
export function parseMoment(text: string, nowMs: number): bigint | undefined {
  const [, ago] = AGO.exec(text) ?? [];
  if (ago !== undefined) {
    const ms = parseHumanTime(ago);
    return ms === undefined ? undefined : BigInt(Math.round(nowMs - ms)) * NS_PER_MS;
  }
  const [, day, time, decimals = '', offset] = DATE.exec(text) ?? [];
  const ms = Date.parse(`${day}T${time}${offset?.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * NS_PER_MS + BigInt(decimals.padEnd(9, '0'));
}

/** A date of RFC 3339 with nine decimals, of nanoseconds since the epoch. */
export function dateText(ns: bigint): string {
  const second = new Date(Number(ns / NS_PER_S) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(ns % NS_PER_S).padStart(9, '0')}Z`;
}
