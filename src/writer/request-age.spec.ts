import { describe, expect, it } from 'vitest';
import { RequestAge } from './request-age.js';

const YEAR_2018 = 1_528_459_491;
const YEAR_2100 = 4_102_444_800;

const sentAfter = (timestamp: number, seconds: number) => timestamp + seconds + 0.5;

describe('what is left of a time that began when a request was made', () => {
  it.each([
    ['behind', YEAR_2018],
    ['ahead', YEAR_2100],
  ])("counts from the broker's clock alone, years %s of this machine's", (_case, timestamp) => {
    const age = RequestAge.atArrival(timestamp, sentAfter(timestamp, 2));
    expect(age.leftOf(8)).toBeGreaterThan(5);
    expect(age.leftOf(8)).toBeLessThanOrEqual(5.5);
    expect(age.leftOf(2)).toBe(0);
  });

  it('is the whole of it where the request was made later than it was sent', () => {
    const age = RequestAge.atArrival(YEAR_2018, sentAfter(YEAR_2018, -100));
    expect(age.leftOf(8)).toBeGreaterThan(7.5);
    expect(age.leftOf(8)).toBeLessThanOrEqual(8);
  });

  it('goes on counting here', async () => {
    const age = RequestAge.atArrival(YEAR_2100, YEAR_2100);
    const before = age.leftOf(8);
    await expect.poll(() => age.leftOf(8)).toBeLessThan(before);
  });

  it("goes by this machine's clock for a line of a trail", () => {
    expect(RequestAge.atArrival(Date.now() / 1000 - 3).leftOf(8)).toBeLessThanOrEqual(5);
    expect(RequestAge.atArrival(YEAR_2018).leftOf(8)).toBe(0);
  });
});
