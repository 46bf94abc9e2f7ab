const NS_PER_SECOND = 1_000_000_000n;

/** A moment as ISO 8601 has it, in UTC, with all its digits. @param timestamp ns since the epoch */
export function isoDate(timestamp: bigint): string {
  let fraction = timestamp % NS_PER_SECOND;
  if (fraction < 0n) fraction += NS_PER_SECOND;
  const seconds = (timestamp - fraction) / NS_PER_SECOND;
  // Any int64 is a date from 1677 to 2262.
  const date = new Date(Number(seconds) * 1000).toISOString();
  return date.replace('000Z', `${fraction.toString().padStart(9, '0')}Z`);
}
