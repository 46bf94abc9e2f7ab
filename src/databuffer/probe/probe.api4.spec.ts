import { afterEach, describe, expect, it } from 'vitest';
import { someOf } from '../../../test/support/tries.js';
import {
  type Api4Deviations,
  LabApi4,
  type LabMap,
  refuse,
  timeOf,
} from './api4/lab-api4.fixture.js';
import { oddities, type Outcome, probed as probedBy } from './probed.fixture.js';
import type { Known } from './probe.js';

const labs = new LabApi4();
afterEach(() => labs.close());

const probed = async (deviations: Api4Deviations, known?: Partial<Known>): Promise<Outcome> =>
  probedBy(await labs.start(deviations), known, 'api4');

/** A change of the maps that have rows. */
const rowsChanged =
  (change: (map: LabMap) => LabMap): Api4Deviations['maps'] =>
  (maps) =>
    maps.map((map) => ('tss' in map ? change(map) : map));

it('a server of data API 4 that has all that a writer relies on is found to', async () => {
  const outcome = await probed({});
  expect(oddities(outcome)).toEqual([]);
  expect(outcome.asked!.channels).toHaveLength(3);
  expect(outcome.findings.filter(({ verdict }) => verdict === 'unknown')).toEqual([]);
  expect(outcome.findings.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      'LAB:WAVE: float32 [3], 20 rows',
      'the times of pulses (map/pulse) are those of their rows',
      'a pulse that is still to come (map/pulse): none yet',
      'replies are said to be complete (rangeFinal)',
      'a range without rows: none, and that is said to be all',
      'a channel that it does not know: HTTP 404',
      '10 downloads at once: all are answered',
      'search/channel finds channels',
    ]) as string[],
  );
});

describe('what a server of data API 4 does otherwise', () => {
  /** A deviation, the check that finds it, how bad it is, and some of what is said. */
  const CASES: readonly (readonly [string, Api4Deviations, string, string, RegExp, RegExp])[] = [
    [
      'heads that are not zero',
      { bytes: (reply) => Buffer.from(reply).fill(1, 4, 5) },
      'asked, values',
      'deviation',
      /malformed at byte 4/,
      /such a request fails|the channel/,
    ],
    [
      'frames without padding',
      { bytes: (reply) => withoutPadding(reply) },
      'asked, values',
      'deviation',
      /malformed at byte/,
      /such a request fails|the channel/,
    ],
    [
      'the first row of a range left out',
      { isIn: (time, begin, end) => time > begin && time < end },
      'time_range',
      'deviation',
      /the first one is not in the reply/,
      /files lack these rows/,
    ],
    [
      'times that are cut to milliseconds',
      {
        isIn: (time, begin, end) =>
          time >= begin - (begin % 1_000_000n) && time < end - (end % 1_000_000n),
      },
      'time_range',
      'deviation',
      /one nanosecond: the first one is not in the reply/,
      /files lack these rows/,
    ],
    [
      'the end of a range as well',
      { isIn: (time, begin, end) => time >= begin && time <= end },
      'time_range',
      'note',
      /the row at its end came as well/,
      /leaves it out/,
    ],
    [
      'one row before the range, which nobody asked for',
      { isIn: (time, begin, end) => time >= begin - 100_000_000n && time < end },
      'time_range',
      'note',
      /a row before its begin came as well/,
      /leaves it out/,
    ],
    [
      'times of pulses that are late',
      { mapped: (pulse, newest) => (pulse > newest ? undefined : String(timeOf(pulse) + 5n)) },
      'pulse_map',
      'deviation',
      /map\/pulse.*its row is at/,
      /lack rows at the ends/,
    ],
    [
      'times of pulses that are those of others',
      { mapped: (pulse, newest) => (pulse > newest ? undefined : String(timeOf(pulse + 500))) },
      'pulse_map',
      'deviation',
      /map\/pulse.*its row is at/,
      /lack rows at the ends/,
    ],
    [
      'times of pulses that went through float64',
      {
        mapped: (pulse, newest) =>
          pulse > newest ? undefined : String(BigInt(Number(timeOf(pulse))) + 256n),
      },
      'pulse_map',
      'deviation',
      /its row is at/,
      /lack rows/,
    ],
    [
      'times of pulses in quotes',
      { mapped: (pulse, newest) => (pulse > newest ? undefined : `"${timeOf(pulse)}"`) },
      'asked',
      'deviation',
      /no time in nanoseconds/,
      /such a request fails|the channel/,
    ],
    [
      'times of pulses that are still to come',
      { mapped: (pulse) => String(timeOf(pulse)) },
      'pulse_map',
      'deviation',
      /still to come.*it has a time/,
      /should wait for it/,
    ],
    [
      'an error for a pulse that is still to come',
      {
        instead: (url, response) =>
          /map\/pulse/.test(url.pathname) &&
          Number(url.pathname.split('/').at(-1)) > Date.now() / 100 &&
          refuse(response, 404, 'no such pulse'),
      },
      'pulse_map',
      'deviation',
      /still to come.*HTTP 404/,
      /whatever --data_wait says/,
    ],
    [
      'times that go back',
      {
        maps: rowsChanged((map) => {
          const { tss, pulses, values } = map as Record<string, unknown[]>;
          const turned = [tss, pulses, values].map((each) => [...each].reverse());
          return { ...map, tss: turned[0], pulses: turned[1], values: turned[2] };
        }),
      },
      'order',
      'deviation',
      /not in the order of their pulse ids/,
      /back and forth/,
    ],
    [
      'a type that it does not list',
      {
        listed: (channels) => channels.map((each) => ({ ...each, type: 'u8' })),
      },
      'values',
      'note',
      /type_differs/,
      /none to the values/,
    ],
    [
      'a shape that it does not list',
      { listed: (channels) => channels.map((each) => ({ ...each, shape: [2048] })) },
      'values',
      'note',
      /LAB:WAVE: shape_differs/,
      /none to the values/,
    ],
    [
      'a type that nobody knows',
      { maps: rowsChanged((map) => ({ ...map, scalar_type: 'f80' })) },
      'values',
      'deviation',
      /unknown_type/,
      /the channel is not in the file/,
    ],
    [
      'an error in the middle',
      { maps: (maps) => [...maps.slice(0, 1), { error: 'disk on fire' }] },
      'values',
      'deviation',
      /disk on fire/,
      /the channel/,
    ],
    [
      '500 without a word for a channel that it does not know',
      {
        instead: (url, response) =>
          /NO-SUCH/.test(url.search) && url.pathname.endsWith('/events') && refuse(response, 500),
      },
      'unknown_channel',
      'note',
      /does not know.*HTTP 500/,
      /after some tries/,
    ],
    [
      'an empty reply for a channel that it does not know',
      {
        instead: (url, response) => {
          if (!/NO-SUCH/.test(url.search) || !url.pathname.endsWith('/events')) return false;
          response.end();
          return true;
        },
      },
      'unknown_channel',
      'note',
      /HTTP 200, no data/,
      /misspelled name/,
    ],
    [
      'data for dates that are none',
      {
        instead: (url, response) => {
          if (url.searchParams.get('begDate') !== 'noon') return false;
          response.end();
          return true;
        },
      },
      'wrong_question',
      'note',
      /dates that are none: HTTP 200/,
      /looks like data that is not there/,
    ],
    [
      '204 for a range without rows',
      {
        instead: (url, response) => isNarrow(url) && refuse(response, 204),
      },
      'empty_range',
      'deviation',
      /HTTP 204/,
      /should be there without rows/,
    ],
    [
      'no rangeFinal for a range without rows',
      { maps: (maps) => (maps.length === 1 ? [] : maps) },
      'empty_range',
      'deviation',
      /no rangeFinal/,
      /counts as failed/,
    ],
    [
      'no search',
      { listed: () => [] },
      'search',
      'note',
      /search\/channel does not find/,
      /units and descriptions/,
    ],
  ];

  it.each(someOf(CASES))('%s', async (_, deviations, checks, verdict, what, cost) => {
    const known = deviations.listed ? { channels: ['LAB:WAVE'] } : undefined;
    const told = oddities(await probed(deviations, known)).filter((each) =>
      checks.includes(each.check),
    );
    const hit = told.find((each) => what.test(each.what));
    expect(hit ?? told).toMatchObject({ verdict });
    expect(hit!.cost).toMatch(cost);
    expect(hit!.remedy).toBeTruthy();
  });

  it('no rangeFinal', async () => {
    // Each question without progress takes time: only the first one has none, until it is given up.
    let left = 4;
    const maps: Api4Deviations['maps'] = (all) =>
      left-- > 0 ? all.filter((map) => !('rangeFinal' in map)) : all;
    const endPulseId = Math.floor(Date.now() / 100) - 700;
    const range = { startPulseId: endPulseId - 29, endPulseId };
    const found = oddities(await probed({ maps }, { channels: ['LAB:LOAD'], range }));
    expect(found).toMatchObject([{ check: 'range_final', verdict: 'deviation' }]);
    expect(found[0].what).toBe('LAB:LOAD: no rangeFinal');
    expect(found[0].cost).toMatch(/counts as failed \(incomplete\)/);
  });

  it('questions that disturb each other', async () => {
    let underWay = 0;
    const instead: Api4Deviations['instead'] = (url, response) => {
      if (!url.pathname.endsWith('/events')) return false;
      underWay++;
      response.on('finish', () => setTimeout(() => underWay--, 50));
      return underWay > 5 && refuse(response, 503, 'too many');
    };
    const found = oddities(await probed({ instead }, { channels: ['LAB:LOAD'] }));
    expect(found.map(({ check }) => check)).toContain('downloads_at_once');
  });

  it('a channel that does not follow pulses', async () => {
    const maps: Api4Deviations['maps'] = (all, url) =>
      url.searchParams.get('channelName') === 'LAB:LOAD'
        ? all.map((map) => ({ ...map, pulses: undefined }))
        : all;
    const found = oddities(await probed({ maps }));
    expect(found).toMatchObject([{ check: 'values', verdict: 'note' }]);
    expect(found[0].what).toMatch(/LAB:LOAD: no_pulse_ids, \d+ times/);
  });
});

/** Whether a question is for a few nanoseconds between two rows. */
function isNarrow({ searchParams }: URL): boolean {
  const [begin, end] = ['begDate', 'endDate'].map((key) => searchParams.get(key) ?? '');
  return begin !== '' && begin.slice(0, 23) === end.slice(0, 23) && !begin.includes('.001234567');
}

/** Frames right behind each other. */
function withoutPadding(reply: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < reply.length;) {
    const length = reply.readUInt32LE(at);
    parts.push(reply.subarray(at, at + 16 + length));
    at += 16 + length + ((8 - (length % 8)) % 8);
  }
  return Buffer.concat(parts);
}
