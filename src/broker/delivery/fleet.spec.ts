import { describe, expect, it } from 'vitest';
import { Fleet } from './fleet.js';

const LEASE = 30;

describe('Fleet', () => {
  it('gives a few requests for each that a reporting writer carries out at once', () => {
    const fleet = new Fleet('auto', LEASE);
    expect(fleet.window).toBe(0);
    fleet.present('a', 2, 0);
    fleet.connected(1, 0);
    expect(fleet).toMatchObject({ window: 4, silentWriters: 0 });
  });

  it('takes connections without a name for writers that never report', () => {
    const fleet = new Fleet('auto', LEASE);
    fleet.present('a', 2, 0);
    fleet.connected(2, 0);
    expect(fleet).toMatchObject({ silentWriters: 1, window: Infinity });
    expect(new Fleet('on', LEASE)).toMatchObject({ silentWriters: 0, window: 0 });
  });

  it('does not take a writer that was killed, or stands still, for one that never reports', () => {
    const fleet = new Fleet('auto', LEASE);
    fleet.present('killed', 1, 0);
    fleet.present('still', 1, 0);
    fleet.present('b', 1, 0);
    fleet.connected(3, 0);
    fleet.connected(2, 1);
    expect(fleet.silentWriters).toBe(0);
    fleet.present('b', 1, 31);
    expect(fleet.lapsed(31)).toEqual(['killed', 'still']);
    expect(fleet).toMatchObject({ silentWriters: 0, window: 2 });
    expect(fleet.lapsed(32)).toEqual([]);
    fleet.connected(1, 33);
    expect(fleet.silentWriters).toBe(0);
    fleet.connected(2, 34);
    expect(fleet.silentWriters).toBe(1);
  });

  it('notices one that never reports beside one that was killed', () => {
    const fleet = new Fleet('auto', LEASE);
    fleet.present('killed', 1, 0);
    fleet.connected(2, 0);
    fleet.connected(1, 5);
    fleet.lapsed(31);
    expect(fleet.silentWriters).toBe(1);
  });

  it('takes up a writer that stood still', () => {
    const fleet = new Fleet('auto', LEASE);
    fleet.present('a', 2, 0);
    fleet.connected(1, 0);
    fleet.lapsed(31);
    expect(fleet.knows('a')).toBe(false);
    expect(fleet.window).toBe(0);
    fleet.present('a', 2, 32);
    expect(fleet).toMatchObject({ window: 4, silentWriters: 0 });
  });

  it('forgets a writer that says goodbye, which may have disconnected before', () => {
    const fleet = new Fleet('auto', LEASE);
    fleet.present('a', 2, 0);
    fleet.present('b', 2, 0);
    fleet.connected(2, 0);
    fleet.connected(1, 1);
    fleet.goodbye('a');
    fleet.present('b', 2, 20);
    expect(fleet).toMatchObject({ window: 4, silentWriters: 0 });
    expect(fleet.lapsed(40)).toEqual([]);
  });
});
