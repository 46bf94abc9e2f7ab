import { describe, expect, it } from 'vitest';
import type { Overview, WriterOverview } from '../../../broker/overview/replies.js';
import type { RequestHead } from '../../../report/request-record.js';
import { pictureOf } from './away.js';
import { cellsOf } from './cells.js';
import { drawn } from './line.js';
import { type Size, picture } from './picture.js';

const NOW = 1_795_511_705;
const TERMINAL = { width: 80, height: 24 };

const WRITER: WriterOverview = {
  ...{ writer_id: 'w1', host: 'sf-daq-2', version: '0.1.0', pid: 42, started: NOW - 700 },
  ...{ connected_since: NOW - 700, last_seen: NOW, concurrency: 4, heeds_handling: true },
  ...{ quarantined: false, unable: null, silent: false, requests_under_way: 0, jobs: [] },
  ...{ requests_written: 1234, requests_failed: 0, requests_superseded: 0, bytes: 1 },
  ...{ last_error: null, last_file: null, bytes_per_second: 2_500_000 },
};

const OVERVIEW: Overview = {
  ...{ time: NOW, host: 'sf-daq-1', version: '0.1.0 (bd4fadc)', started: NOW - 11_000 },
  ...{ page: 'full', audit_trail_only: false, channel_search: false },
  acquisition: { status: 'stopped' },
  queue: { waiting: 0, under_way: 0, healing: 0, oldest_age: 0 },
  health: [],
  writers: [WRITER],
  silent_writers: 0,
  throughput: {
    seconds: 10,
    end: NOW - 5,
    bytes: [0, 0, 0, 0],
    files: [0, 0, 0, 0],
    failed: [0, 0, 0, 0],
  },
};

function head(facts: Partial<RequestHead>): RequestHead {
  const id = '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e';
  return {
    request_id: id,
    state: 'written',
    time: NOW - 8,
    accepted: NOW - 9,
    attempt: 1,
    ...facts,
  };
}

const WRITTEN = head({
  ...{ output_file: '/sf/run_0041.h5', channels_asked: 100, channels_written: 98 },
  ...{ channels_missing: 2, rows: 49_000, bytes: 20_000_000, file_bytes: 12_300_000 },
  seconds: 0.62,
  incomplete_channels: [{ name: 'SARFE10-PBPG050:FAST-X', why: 'missing' }],
});

/** As a person sees it, times of day as `hh:mm:ss`. */
function seen(
  overview: Overview,
  requests: readonly RequestHead[],
  size: Size = TERMINAL,
): string[] {
  return picture({ overview, requests }, size).map((line) =>
    drawn(line, size.width, false).replaceAll(/\d\d:\d\d:\d\d/g, 'hh:mm:ss'),
  );
}

/** More of everything than finds room. */
const CROWDED: Overview = {
  ...OVERVIEW,
  acquisition: {
    ...{
      status: 'receiving',
      output_file: `/sf/${'deep/'.repeat(30)}run_0042.h5`,
      user: 'p'.repeat(90),
    },
    ...{ channels: 98, started_at: NOW - 80, start_pulse_id: 21_767_262_500 },
  },
  health: Array.from({ length: 9 }, (_, index) => ({
    check: `check ${index}`,
    status: 'down',
    message: 'what is wrong and what to do about it '.repeat(5),
  })),
  writers: Array.from({ length: 20 }, (_, index) => ({
    ...WRITER,
    host: `sf-daq-${index}${'-long'.repeat(9)}`,
    requests_under_way: 9,
    jobs: [head({ state: 'writing', output_file: '/sf/漢字漢字漢字漢字漢字漢字漢字漢字漢字.h5' })],
    last_error: { code: 'x', message: 'why '.repeat(50), time: NOW - 5, request_id: 'r' },
  })),
};

describe('the picture of a broker', () => {
  it('says what is recorded, what is wrong, who writes, and what became of the last requests', () => {
    const overview: Overview = {
      ...OVERVIEW,
      acquisition: {
        ...{ status: 'receiving', output_file: '/sf/run_0042.h5', instrument: 'SARES20' },
        ...{ channels: 98, started_at: NOW - 80, start_pulse_id: 21_767_262_500, user: 'p12345' },
      },
      queue: { waiting: 3, under_way: 1, healing: 1, oldest_age: 12 },
      health: [
        {
          check: 'disk',
          status: 'degraded',
          message: 'sf-daq-2 cannot reach /sf/alvra, and takes nothing: check the mount',
        },
      ],
      throughput: {
        ...{ seconds: 10, end: NOW - 5, bytes: [0, 1e7, 5e7, 4e7, 1e7] },
        ...{ files: [0, 1, 3, 2, 0], failed: [0, 0, 0, 1, 0] },
      },
      writers: [
        {
          ...WRITER,
          requests_under_way: 1,
          jobs: [
            head({
              state: 'writing',
              output_file: '/sf/run_0042.IMAGES.h5',
              rows: 310,
              bytes: 2.1e8,
            }),
          ],
        },
        {
          ...{ ...WRITER, host: 'sf-daq-3', silent: true, last_seen: NOW - 40 },
          ...{ requests_failed: 1, requests_lost: 2 },
        },
      ],
    };
    const healing = head({
      ...{ state: 'failed', output_file: '/sf/run_0040.h5', next_attempt: NOW + 120 },
      failure: { code: 'unreachable', message: 'the data API refused the connection' },
    });
    expect(seen(overview, [WRITTEN, healing])).toEqual([
      'SF DataBuffer  sf-daq-1  0.1.0 (bd4fadc)                        up 3 h  hh:mm:ss',
      'RECEIVING  /sf/run_0042.h5',
      'since hh:mm:ss (1 min), from pulse 21767262500, 98 channels, SARES20, p12345',
      '!  disk: sf-daq-2 cannot reach /sf/alvra, and takes nothing: check the mount',
      '',
      'Queue  3 waiting, 1 under way, 1 healing, the oldest for 12 s',
      'Data    ▂█▇▂  4.0 MB/s now, 6 files and 1 failed in 1 min',
      '',
      'Writers (2)',
      'sf-daq-2          busy 1 of 4    2.5 MB/s  1 234 written  0.1.0',
      '  writing    run_0042.IMAGES.h5          310 rows, 210 MB',
      'sf-daq-3          silent 40 s    2.5 MB/s  1 234 written  1 failed  0.1.0',
      '  its 2 requests are sent again',
      '',
      'Last requests                         channels      rows      size   took    age',
      'written    run_0041.h5               98 of 100    49 000     12 MB  0.6 s    8 s',
      '           incomplete: SARFE10-PBPG050:FAST-X missing, 1 more',
      'healing    run_0040.h5                                                       8 s',
      '           tried again at hh:mm:ss at the latest: the data API refused the',
      '           connection [unreachable]',
    ]);
  });

  it('says what to do first where there is nothing yet', () => {
    expect(seen({ ...OVERVIEW, writers: [] }, [])).toEqual(
      expect.arrayContaining([
        'An acquisition begins when its parameters are posted.',
        'None is connected: start one with sf-databuffer writer <address>.',
        'None so far.',
      ]),
    );
  });

  it.each([
    [80, 24],
    [80, 12],
    [120, 50],
    [40, 24],
    [12, 3],
  ])('fits into %i × %i, and counts what does not', (width, height) => {
    const requests = Array.from({ length: 60 }, () => WRITTEN);
    const lines = seen(CROWDED, requests, { width, height });
    expect(lines.length).toBeLessThanOrEqual(height);
    expect(Math.max(...lines.map(cellsOf))).toBeLessThanOrEqual(width);
    if (width < 80 || height < 24) return;
    expect(lines).toHaveLength(height);
    const text = lines.join('\n');
    expect(text).toMatch(/and \d+ more problems/);
    if (height === 24) expect(text).toMatch(/and \d+ more writers/);
    expect(text).toContain('run_0041.h5');
  });

  it('leaves nothing out where nobody has to see it at once', () => {
    const lines = seen(CROWDED, [WRITTEN], { width: 80, height: undefined });
    expect(lines.filter((line) => line.startsWith('!! '))).toHaveLength(9);
    expect(lines.filter((line) => line.startsWith('sf-daq-'))).toHaveLength(20);
    expect(lines.join('\n')).not.toMatch(/and \d+ more (problems|writers)/);
  });

  it('takes an error for past where a file was written since', () => {
    const error = { code: 'x', message: 'no space', time: NOW - 60, request_id: 'r' };
    const file = { ...{ time: NOW - 5, request_id: 's', output_file: null, channels: 1, rows: 1 } };
    const pulses = { first_pulse_id: 1, last_pulse_id: 1, bytes: 1 };
    const with_ = (facts: Partial<WriterOverview>) =>
      seen({ ...OVERVIEW, writers: [{ ...WRITER, last_error: error, ...facts }] }, []);
    expect(with_({})).toContain('  1 min ago: no space');
    expect(with_({ last_file: { ...file, ...pulses } }).join()).not.toContain('no space');
  });

  it('shows what others wrote without obeying it', () => {
    const evil = '\u001B]0;owned\u0007\u001B[2J\r\n\u202Eexe';
    const overview: Overview = {
      ...OVERVIEW,
      acquisition: { status: 'configured', output_file: evil, user: evil, instrument: evil },
      health: [{ check: evil, status: 'down', message: evil }],
      writers: [
        { ...WRITER, host: evil, version: evil, unable: evil, jobs: [head({ output_file: evil })] },
      ],
    };
    const failed = head({
      state: 'failed',
      output_file: evil,
      failure: { code: 'x', message: evil },
    });
    const text = seen(overview, [failed], { width: 400, height: 60 }).join('');
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
    expect(text).toContain('\\u001b]0;owned');
  });

  it('says above what was last seen that the broker has gone, in the same window', () => {
    const look = {
      seen: { overview: CROWDED, requests: [WRITTEN] },
      away: { reason: 'ECONNREFUSED', since: 1000 },
    };
    const lines = pictureOf(look, 'http://sf-daq-1:10002', TERMINAL, 6000).map((line) =>
      drawn(line, 80, false),
    );
    expect(lines[0]).toBe(
      '!! http://sf-daq-1:10002 has not answered for 5 s (ECONNREFUSED). It is asked',
    );
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.join('\n')).toContain('RECEIVING');
  });
});

describe('a line', () => {
  it('has colours where they are wanted', () => {
    const line = [{ text: 'failed', tone: 'failed' as const }, ' x'];
    expect(drawn(line, 80, true)).toBe('\u001B[31mfailed\u001B[39m x');
    expect(drawn(line, 80, false)).toBe('failed x');
    expect(drawn(line, 4, false)).toBe('fai…');
  });

  it('is measured in cells: wide characters take two, combining ones none', () => {
    expect(['abc', '漢字', 'e\u0301', '…'].map(cellsOf)).toEqual([3, 4, 1, 1]);
    expect(drawn(['漢字漢字'], 5, false)).toBe('漢字…');
  });
});
