import { describe, expect, it } from 'vitest';
import { SettledConnections } from './settled-connections.js';

describe('SettledConnections', () => {
  it('counts a connection when it has been there for a while, whatever is asked meanwhile', () => {
    const settled = new SettledConnections(0.5);
    expect([0, 0.1, 0.4].map((now) => settled.count(1, now))).toEqual([0, 0, 0]);
    expect(settled.count(2, 0.5)).toBe(1);
    expect(settled.count(2, 0.9)).toBe(1);
    expect(settled.count(2, 1)).toBe(2);
  });

  it('takes one that is lost for an old one, so that a young one does not count early', () => {
    const settled = new SettledConnections(0.5);
    settled.count(2, 0);
    expect(settled.count(3, 1)).toBe(2);
    expect(settled.count(2, 1.1)).toBe(1);
    expect(settled.count(2, 1.5)).toBe(2);
    expect(settled.count(0, 1.6)).toBe(0);
  });

  it('never counts one that was gone before', () => {
    const settled = new SettledConnections(0.5);
    expect([1, 0, 1].map((connected, n) => settled.count(connected, n / 10))).toEqual([0, 0, 0]);
  });
});
