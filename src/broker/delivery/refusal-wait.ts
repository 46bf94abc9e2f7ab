const FIRST_WAIT_S = 0.05;
const LONGEST_WAIT_S = 1;

/**
 * Seconds until a request goes out again that writers gave back so many times in a row: none until it may have
 * come to each of them once.
 */
export function refusalWait(times: number, writers: number): number {
  if (times < writers) return 0;
  return Math.min(FIRST_WAIT_S * 2 ** (times - writers), LONGEST_WAIT_S);
}
