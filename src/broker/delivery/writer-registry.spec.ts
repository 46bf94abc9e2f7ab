import { beforeEach, describe, expect, it } from 'vitest';
import type { BrokerSettings } from '../../config/broker-settings.js';
import type { Heartbeat, Hello } from '../../report/report.js';
import { ZmqConsumers } from '../../transport/zmq/zmq-consumers.js';
import { Notices } from '../process/notices.js';
import { WriterRegistry } from './writer-registry.js';

const LEASE = 30;

let writers: WriterRegistry;
let consumers: ZmqConsumers;
let peers: { connectedPeers: number; lostPeers: number };

function start(mode: BrokerSettings['reports'], helloKnown = false): void {
  peers = { connectedPeers: 0, lostPeers: 0 };
  const connections = Object.assign(peers, { expectAnswers: () => Promise.resolve() });
  consumers = new ZmqConsumers({ mode, lease: LEASE, advice: { remedy: '' } }, connections);
  const settings = { lease: LEASE } as BrokerSettings;
  writers = new WriterRegistry(settings, { consumers }, new Notices());
  if (helloKnown) consumers.expectReports();
}

function present(writer_id: string, concurrency: number, now: number): void {
  writers.present({ kind: 'hello', writer_id, concurrency } as Hello, now);
}

/** Connections come or go, and have been there for a moment when this returns. */
function change(by: number, now: number): void {
  peers.connectedPeers += by;
  peers.lostPeers += Math.max(0, -by);
  consumers.look(now);
  consumers.look(now + 0.5);
}

/** How many requests may be under way, and how many connections pass for writers that never report. */
const seen = () => ({
  window: consumers.window(writers.fleet().reduce((sum, { concurrency }) => sum + concurrency, 0)),
  nonReporting: consumers.nonReporting,
});

beforeEach(() => start('mixed'));

describe('WriterRegistry', () => {
  it('gives a few requests for each that a reporting writer carries out at once', () => {
    expect(seen().window).toBe(0);
    present('a', 2, 0);
    change(1, 0);
    expect(seen()).toMatchObject({ window: 4, nonReporting: 0 });
  });

  it('takes connections without a name for writers that never report', () => {
    present('a', 2, 0);
    change(2, 0);
    expect(seen()).toMatchObject({ nonReporting: 1, window: Infinity });
  });

  it('does not take a writer that was killed, or stands still, for one that never reports', () => {
    for (const writer of ['killed', 'still', 'b']) present(writer, 1, 0);
    change(3, 0);
    change(-1, 1);
    expect(seen().nonReporting).toBe(0);
    present('b', 1, 31);
    expect(writers.lapsed(31)).toEqual(['killed', 'still']);
    expect(seen()).toMatchObject({ nonReporting: 0, window: 2 });
    expect(writers.lapsed(32)).toEqual([]);
    change(-1, 33);
    expect(seen().nonReporting).toBe(0);
    change(1, 34);
    expect(seen().nonReporting).toBe(1);
  });

  it('notices one that never reports beside one that was killed', () => {
    present('killed', 1, 0);
    change(2, 0);
    change(-1, 5);
    writers.lapsed(31);
    expect(seen().nonReporting).toBe(1);
  });

  it('has a writer back that stood still', () => {
    present('a', 2, 0);
    change(1, 0);
    writers.lapsed(31);
    expect(writers.knows('a')).toBe(false);
    expect(seen().window).toBe(0);
    present('a', 2, 32);
    expect(seen()).toMatchObject({ window: 4, nonReporting: 0 });
  });

  it('remembers one that was killed for ten minutes, and the last twenty', () => {
    present('killed', 2, 0);
    change(1, 0);
    change(-1, 1);
    writers.lapsed(31, () => new Map([['killed', 3]]));
    expect(writers.silent(630)).toMatchObject([{ writer_id: 'killed', requests_lost: 3 }]);
    expect(writers.silent(631)).toEqual([]);
    for (let n = 0; n < 30; n++) present(`w${n}`, 1, 700);
    writers.lapsed(731);
    // These may still be connected.
    expect(writers.silent(9000).map((writer) => writer.writer_id)).toEqual(
      Array.from({ length: 20 }, (_, n) => `w${n + 10}`),
    );
  });

  it.each(['before', 'after'])('forgets a writer that disconnects %s its goodbye', (order) => {
    present('stands still', 2, 0);
    present('ends', 2, 0);
    change(2, 0);
    writers.lapsed(31);
    present('ends', 2, 31);
    if (order === 'before') change(-1, 32);
    writers.goodbye('ends', 32);
    if (order === 'after') change(-1, 32);
    // The connection that is left is that of the one that stands still.
    expect(seen()).toMatchObject({ nonReporting: 0, window: 0 });
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
    expect(consumers.unnamed(2)).toBe(among);
    change(1, 3);
    expect(consumers.unnamed(4)).toBe(beside);
  });

  it('--reports auto is as on from the first hello, also one that a predecessor heard', () => {
    start('auto', true);
    expect(consumers).toMatchObject({ mustReport: true, tellsWhenDone: true });
    expect(consumers.unnamed(2)).toBe('again');
    change(1, 3);
    expect(consumers.unnamed(4)).toBe('held_back');
    expect(seen().window).toBe(0);
  });

  it('is held back until a connection that never reports ended, and did not come back', () => {
    start('on');
    present('a', 1, 0);
    change(2, 0);
    expect(consumers.unnamed(3)).toBe('held_back');
    change(-1, 4);
    present('a', 1, 4.6);
    expect(consumers.unnamed(5)).toBe('held_back');
    change(1, 5.1);
    expect(consumers.unnamed(10)).toBe('held_back');
    change(-1, 11);
    present('a', 1, 12);
    expect(consumers.unnamed(14)).toBe('again');
  });

  it('is held back beside a peer that never reports also where another writer was killed and restarted', () => {
    start('on');
    present('killed', 1, 0);
    change(2, 0);
    change(-1, 5);
    present('again', 1, 6);
    change(1, 6);
    expect(consumers.unnamed(8)).toBe('held_back');
    present('again', 1, 40);
    writers.lapsed(40);
    change(0, 40);
    expect(consumers.unnamed(41)).toBe('held_back');
  });

  it('is not held back for long after a writer lost its connection and came back', () => {
    start('on');
    present('a', 1, 0);
    change(1, 0);
    // The network was cut: the new connection is here before the old one is noticed to be dead.
    change(1, 10);
    present('a', 1, 10);
    expect(consumers.unnamed(11)).toBe('held_back');
    change(-1, 20);
    present('a', 1, 22);
    change(0, 22);
    expect(consumers.unnamed(24)).toBe('again');
  });
});

describe('a connected peer that never said hello', () => {
  it('is told of after some seconds, only while reports are due', () => {
    start('auto');
    change(1, 0);
    expect(consumers.withoutHello(100)).toBe(0);
    present('a', 1, 100);
    consumers.expectReports();
    change(1, 100);
    expect(consumers.withoutHello(104)).toBe(0);
    expect(consumers.withoutHello(106)).toBe(1);
    change(-1, 107);
    expect(consumers.withoutHello(120)).toBe(0);
  });

  it('remembers nothing of writers that have ended, and so puts none of them into quarantine', () => {
    const unable = [{ code: 'unreachable', message: 'refused' }];
    const presence = { kind: 'heartbeat', concurrency: 1, heeds_handling: true } as Heartbeat;
    for (const writer_id of ['a', 'b']) writers.present({ ...presence, writer_id }, 0);
    for (let n = 0; n < 3; n++) writers.wrote('a', ['gone']);
    writers.present({ ...presence, writer_id: 'gone', unable }, 1);
    expect(writers.quarantined).toEqual([]);
  });
});
