import { beforeEach, describe, expect, it } from 'vitest';
import { Fleet, type ReportsMode } from './fleet.js';

const LEASE = 30;

let fleet: Fleet;
let connections: number;
let lost: number;

function start(mode: ReportsMode, helloKnown = false): void {
  fleet = new Fleet(mode, LEASE);
  if (helloKnown) fleet.helloHeard();
  connections = 0;
  lost = 0;
}

/** Connections come or go, and have been there for a moment when this returns. */
function change(by: number, now: number): void {
  connections += by;
  lost += Math.max(0, -by);
  fleet.connected(connections, lost, now);
  fleet.connected(connections, lost, now + 0.5);
}

beforeEach(() => start('mixed'));

describe('Fleet', () => {
  it('gives a few requests for each that a reporting writer carries out at once', () => {
    expect(fleet.window).toBe(0);
    fleet.present('a', 2, 0);
    change(1, 0);
    expect(fleet).toMatchObject({ window: 4, silentWriters: 0 });
  });

  it('takes connections without a name for writers that never report', () => {
    fleet.present('a', 2, 0);
    change(2, 0);
    expect(fleet).toMatchObject({ silentWriters: 1, window: Infinity });
  });

  it('does not take a writer that was killed, or stands still, for one that never reports', () => {
    for (const writer of ['killed', 'still', 'b']) fleet.present(writer, 1, 0);
    change(3, 0);
    change(-1, 1);
    expect(fleet.silentWriters).toBe(0);
    fleet.present('b', 1, 31);
    expect(fleet.lapsed(31)).toEqual(['killed', 'still']);
    expect(fleet).toMatchObject({ silentWriters: 0, window: 2 });
    expect(fleet.lapsed(32)).toEqual([]);
    change(-1, 33);
    expect(fleet.silentWriters).toBe(0);
    change(1, 34);
    expect(fleet.silentWriters).toBe(1);
  });

  it('notices one that never reports beside one that was killed', () => {
    fleet.present('killed', 1, 0);
    change(2, 0);
    change(-1, 5);
    fleet.lapsed(31);
    expect(fleet.silentWriters).toBe(1);
  });

  it('takes up a writer that stood still', () => {
    fleet.present('a', 2, 0);
    change(1, 0);
    fleet.lapsed(31);
    expect(fleet.knows('a')).toBe(false);
    expect(fleet.window).toBe(0);
    fleet.present('a', 2, 32);
    expect(fleet).toMatchObject({ window: 4, silentWriters: 0 });
  });

  it.each(['before', 'after'])('forgets a writer that disconnects %s its goodbye', (order) => {
    fleet.present('stands still', 2, 0);
    fleet.present('ends', 2, 0);
    change(2, 0);
    fleet.lapsed(31);
    fleet.present('ends', 2, 31);
    if (order === 'before') change(-1, 32);
    fleet.goodbye('ends', 32);
    if (order === 'after') change(-1, 32);
    // The connection that is left is that of the one that stands still.
    expect(fleet).toMatchObject({ silentWriters: 0, window: 0 });
  });
});

describe('what becomes of a request that no writer names', () => {
  it.each([
    ['off', 'unconfirmed', 'unconfirmed'],
    ['mixed', 'again', 'unconfirmed'],
    ['auto', 'unconfirmed', 'unconfirmed'],
    ['on', 'again', 'held_back'],
  ] as const)('--reports %s: %s, and %s where a peer never said hello', (mode, among, beside) => {
    start(mode);
    // What a predecessor knew of a hello counts for auto alone.
    change(0, 0);
    expect(fleet.unnamed(2)).toBe(among);
    change(1, 3);
    expect(fleet.unnamed(4)).toBe(beside);
  });

  it('--reports auto is as on from the first hello, also one that a predecessor heard', () => {
    start('auto', true);
    expect(fleet).toMatchObject({ reportsDue: true, oneAFile: true });
    expect(fleet.unnamed(2)).toBe('again');
    change(1, 3);
    expect(fleet.unnamed(4)).toBe('held_back');
    expect(fleet.window).toBe(0);
  });

  it('is held back until the silent connection ended, and did not come back', () => {
    start('on');
    fleet.present('a', 1, 0);
    change(2, 0);
    expect(fleet.unnamed(3)).toBe('held_back');
    change(-1, 4);
    fleet.present('a', 1, 4.6);
    expect(fleet.unnamed(5)).toBe('held_back');
    change(1, 5.1);
    expect(fleet.unnamed(10)).toBe('held_back');
    change(-1, 11);
    fleet.present('a', 1, 12);
    expect(fleet.unnamed(14)).toBe('again');
  });

  it('is held back beside a silent peer also where another writer was killed and restarted', () => {
    start('on');
    fleet.present('killed', 1, 0);
    change(2, 0);
    change(-1, 5);
    fleet.present('again', 1, 6);
    change(1, 6);
    expect(fleet.unnamed(8)).toBe('held_back');
    fleet.present('again', 1, 40);
    fleet.lapsed(40);
    change(0, 40);
    expect(fleet.unnamed(41)).toBe('held_back');
  });

  it('is not held back for long after a writer lost its connection and came back', () => {
    start('on');
    fleet.present('a', 1, 0);
    change(1, 0);
    // The network was cut: the new connection is here before the old one is noticed to be dead.
    change(1, 10);
    fleet.present('a', 1, 10);
    expect(fleet.unnamed(11)).toBe('held_back');
    change(-1, 20);
    fleet.present('a', 1, 22);
    change(0, 22);
    expect(fleet.unnamed(24)).toBe('again');
  });
});

describe('a connected peer that never said hello', () => {
  it('is told of after some seconds, only while reports are due', () => {
    start('auto');
    change(1, 0);
    expect(fleet.withoutHello(100)).toBe(0);
    fleet.present('a', 1, 100);
    fleet.helloHeard();
    change(1, 100);
    expect(fleet.withoutHello(104)).toBe(0);
    expect(fleet.withoutHello(106)).toBe(1);
    change(-1, 107);
    expect(fleet.withoutHello(120)).toBe(0);
  });
});
