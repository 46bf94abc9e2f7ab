import { afterEach, describe, expect, it } from 'vitest';
import type { Hope } from '../../data-source.js';
import { RangeNotFinal } from '../../errors.js';
import { isoTime } from '../../time-range.js';
import { batch, bool, FINAL, frame, map, text } from '../cbor/cbor.fixture.js';
import { type Answer, status } from '../data-server.fixture.js';
import {
  brokenOff,
  EventsServers,
  reply,
  rows,
  type Script,
  silence,
  timeOf,
  WHOLE,
} from '../events-server.fixture.js';

const servers = new EventsServers();
afterEach(() => servers.close());

const continueAt = (time: bigint) => frame(map({ continueAt: text(isoTime(time)) }));
const START = isoTime(timeOf(1));

/** Reads the channel, beside one that is fine. */
async function read(script: Script, hope?: Hope) {
  const { url, begins } = await servers.serve({ A: script, B: WHOLE });
  const result = await servers.read(url, ['A', 'B'], {
    question: { hope },
    limits: { firstByteMs: 100 },
  });
  return {
    values: result.sink.channels
      .find(({ header }) => header.name === 'A')
      ?.rows.map(({ value }) => value[0]),
    report: result.channels[0],
    isComplete: result.complete!.has('A'),
    begins: begins.get('A')!,
    others: result.sink.values('B'),
  };
}

const COMPLETE = {
  values: [1, 2, 3, 4, 5],
  report: { rows: 5, problems: [] },
  isComplete: true,
  others: [1, 2, 3, 4, 5],
};

describe('a channel is complete', () => {
  it.each<[string, Script, bigint[]]>([
    ['at once', WHOLE, []],
    [
      'by another question, from its last row',
      [reply(rows(1, 2)), reply(rows(2), rows(3, 4), rows(5), FINAL)],
      [timeOf(2)],
    ],
    ['when nothing more comes', [reply(rows(1, 2, 3, 4, 5)), reply(FINAL)], [timeOf(5)]],
    [
      'though a page has room for a single row',
      [reply(rows(1)), reply(rows(1)), reply(rows(2)), reply(rows(2)), reply(rows(3, 4, 5), FINAL)],
      [timeOf(1), timeOf(1) + 1n, timeOf(2), timeOf(2) + 1n],
    ],
    [
      'page by page',
      [
        reply(rows(1, 2), continueAt(timeOf(3) - 3n)),
        reply(continueAt(timeOf(4) - 3n), rows(3)),
        reply(continueAt(timeOf(5))),
        reply(rows(4, 5), FINAL),
      ],
      [timeOf(3) - 3n, timeOf(4) - 3n, timeOf(5)],
    ],
    [
      'though a page begins where it was asked from',
      [reply(rows(1, 2), continueAt(timeOf(1))), reply(rows(3, 4, 5), FINAL)],
      [timeOf(2)],
    ],
    [
      'though rows come twice',
      [reply(rows(1, 2, 3)), reply(rows(2), rows(3, 4, 5), FINAL)],
      [timeOf(3)],
    ],
    [
      'though the reply breaks off within a row',
      [brokenOff(rows(1, 2), rows(3).subarray(0, 40)), reply(rows(3, 4, 5), FINAL)],
      [timeOf(2)],
    ],
    [
      'though the server fails in between',
      [brokenOff(rows(1, 2)), status(503), status(500), reply(rows(3, 4, 5), FINAL)],
      [timeOf(2), timeOf(2), timeOf(2)],
    ],
    ['though it hangs once', [silence, WHOLE[0]], [timeOf(1)]],
    [
      'with a row at the last moment, after which there is no range left',
      [reply(rows(1, 2, 3, 4, 5), continueAt(timeOf(6) + 1n)), reply(FINAL)],
      [timeOf(6) - 1n],
    ],
  ])('%s', async (_how, script, further) => {
    const { begins, ...found } = await read(script);
    expect(found).toMatchObject(COMPLETE);
    expect(begins).toEqual([START, ...further.map(isoTime)]);
  });

  it('wherever replies break off', async () => {
    const whole = Buffer.concat([rows(1, 2, 3), rows(4), rows(5), FINAL]);
    const cuts = [1, 15, 16, 17, 60, 130, 140, whole.length - 40, whole.length - 1];
    const script = Object.fromEntries(
      cuts.map(
        (cut) =>
          [
            `C${cut}`,
            ({ before, start }) => {
              if (before === 0) return brokenOff(whole.subarray(0, cut));
              const left = [1, 2, 3, 4, 5].filter((pulse) => isoTime(timeOf(pulse)) >= start);
              return reply(...left.map((pulse) => rows(pulse)), FINAL);
            },
          ] satisfies [string, Script],
      ),
    );
    const { url } = await servers.serve(script);
    const { sink, complete } = await servers.read(url, Object.keys(script));
    expect(complete!.size).toBe(cuts.length);
    for (const name of Object.keys(script)) expect(sink.values(name)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'though rows of one time come on two pages, cut at row %i',
    async (cut) => {
      const all = [1, 2, 2, 2, 3, 4, 5];
      const script: Script = ({ before, start }) => {
        if (before === 0) return reply(...all.slice(0, cut).map((pulse) => rows(pulse)));
        const left = all.filter((pulse) => isoTime(timeOf(pulse)) >= start);
        return reply(...left.map((pulse) => rows(pulse)), FINAL);
      };
      const { values, isComplete } = await read(script);
      expect([values, isComplete]).toEqual([all, true]);
    },
  );

  it('though a page has nothing, between two rows of one time', async () => {
    const all = [1, 2, 2, 3, 4, 5];
    const page = (pulses: readonly number[]) => reply(...pulses.map((pulse) => rows(pulse)));
    const script: Script = ({ before, start }) => {
      if (before < 2) return page(before === 0 ? [1, 2] : []);
      const left = all.filter((pulse) => isoTime(timeOf(pulse)) >= start);
      return reply(...left.map((pulse) => rows(pulse)), FINAL);
    };
    expect((await read(script)).values).toEqual(all);
  });

  it('only by the flag itself', async () => {
    const { report } = await read([reply(rows(1), frame(map({ rangeFinal: bool(false) })))]);
    expect(report.failure?.code).toBe('incomplete');
  });
});

describe('a channel is incomplete', () => {
  it('after three questions that bring nothing, and is stored as far as it goes', async () => {
    const { begins, ...found } = await read([reply(rows(1, 2)), reply()]);
    const message =
      'the data buffer has not said that the range is complete: ' +
      `asked 4 times, the last time without a row later than ${isoTime(timeOf(2))}`;
    expect(found).toMatchObject({
      values: [1, 2],
      report: { rows: 2, failure: { code: 'incomplete', message } },
      isComplete: false,
      others: COMPLETE.others,
    });
    expect(begins).toEqual([START, ...Array<string>(3).fill(isoTime(timeOf(2)))]);
  });

  it('where its server fails in the middle', async () => {
    const { report, values } = await read([brokenOff(rows(1, 2)), status(502, 'bad gateway')]);
    expect(report.failure).toMatchObject({
      code: 'incomplete',
      message: expect.stringMatching(
        /asked 4 times, the last time with a failure: .*HTTP 502: bad gateway/,
      ),
    });
    expect(values).toEqual([1, 2]);
  });

  it('without a row, which is no channel of the file', async () => {
    const { report, values } = await read([reply()]);
    expect([report.failure?.code, report.rows, values]).toEqual(['incomplete', 0, undefined]);
  });

  it('where pages lead nowhere', async () => {
    const { report, begins } = await read([reply(rows(1), continueAt(timeOf(1)))]);
    expect([report.failure?.code, begins.length]).toEqual(['incomplete', 4]);
    let time = timeOf(1);
    const further = await read(() => reply(continueAt((time += 1n))));
    expect(further.report.failure?.code).toBe('incomplete');
    expect(further.begins.length).toBeLessThan(200);
    const behind = await read([reply(rows(1), continueAt(timeOf(9)))]);
    expect([behind.report.failure?.code, behind.begins.length]).toEqual(['incomplete', 4]);
  });

  it('with a frame that is malformed before the place where its reply went wrong', async () => {
    const malformed = batch({ scalar_type: 'f64', tss: [2n ** 63n], pulses: [2], values: [2] });
    for (const wrong of [
      reply(rows(1), malformed, frame(Buffer.of(0xff))),
      brokenOff(rows(1), malformed),
    ]) {
      const { report, values, others } = await read([wrong]);
      expect([report.failure?.code, values]).toEqual(['malformed_reply', [1]]);
      expect(others).toEqual(COMPLETE.others);
    }
  });

  it('as all others, which is tried again', async () => {
    const { url } = await servers.serve({ A: [reply()], B: [status(400)] });
    const error = await servers.read(url, ['A', 'B']).then(
      () => expect.fail('nothing failed'),
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(RangeNotFinal);
    expect(error).toMatchObject({ transient: true });
  });
});

describe('data that may still come', () => {
  /** So many waits long. */
  class CountedHope implements Hope {
    readonly waits: number[] = [];
    constructor(
      private readonly most: number,
      private readonly meanwhile: () => void = () => undefined,
    ) {}
    readonly left = () => 100 * (this.most - this.waits.length);
    readonly wait = async (seconds: number) => {
      this.waits.push(seconds);
      this.meanwhile();
      await Promise.resolve();
    };
  }

  it('is waited for, longer and longer, until it is there', async () => {
    const hope = new CountedHope(10);
    // Three questions at once, and one after each of four waits.
    const late: Answer[] = [
      reply(rows(1)),
      ...Array<Answer>(7).fill(reply()),
      reply(rows(2, 3, 4, 5), FINAL),
    ];
    expect(await read(late, hope)).toMatchObject(COMPLETE);
    expect(hope.waits).toEqual([0.5, 1, 2, 4, 8]);
  });

  it('is given up when the time is over', async () => {
    const hope = new CountedHope(7);
    const { report, values, begins } = await read([reply(rows(1, 2)), reply()], hope);
    expect(report.failure?.code).toBe('incomplete');
    expect([values, begins.length]).toEqual([[1, 2], 4 + 7]);
    expect(hope.waits).toEqual([0.5, 1, 2, 4, 8, 8, 8]);
  });

  it('of several channels is waited for together', async () => {
    let isThere = false;
    const hope = new CountedHope(5, () => (isThere = hope.waits.length === 2));
    const late: Script = () => (isThere ? WHOLE[0] : reply());
    const { url } = await servers.serve({ A: late, B: late, C: WHOLE, D: late });
    const { sink, complete } = await servers.read(url, ['A', 'B', 'C', 'D'], {
      question: { hope },
    });
    expect(sink.channels.map(({ header }) => header.name)).toEqual(['A', 'B', 'C', 'D']);
    expect([complete!.size, hope.waits.length]).toEqual([4, 2]);
  });

  it('is asked for once more when the time went by with a channel that hangs', async () => {
    let isOver = false;
    const hangs: Script = ({ before }) => {
      isOver = before > 0;
      return silence;
    };
    const late: Script = ({ before }) => (before < 3 ? reply() : WHOLE[0]);
    const { url } = await servers.serve({ A: late, B: hangs });
    const hope: Hope = { left: () => (isOver ? 0 : 100), wait: () => Promise.resolve() };
    const { channels, complete } = await servers.read(url, ['A', 'B'], {
      question: { hope },
      limits: { firstByteMs: 100 },
    });
    expect(channels[1].failure?.code).toBe('timed_out');
    expect(complete).toEqual(new Set(['A']));
  });

  it('is not waited for where a channel fails for good', async () => {
    const hope = new CountedHope(5);
    const { report } = await read([status(400)], hope);
    expect([report.failure?.code, hope.waits]).toEqual(['http_status', []]);
  });

  it('is not waited for where the channel can not be read', async () => {
    const hope = new CountedHope(5);
    const unknown = batch({ scalar_type: 'colour', tss: [timeOf(1)], pulses: [1], values: [1] });
    const { report, begins, isComplete } = await read([reply(unknown)], hope);
    expect([report.failure?.code, hope.waits, begins.length]).toEqual(['unknown_type', [], 1]);
    expect(isComplete).toBe(false);
  });

  it('is waited for no longer when that is ended', async () => {
    const ended = new AbortController();
    const hope: Hope = {
      left: () => 100,
      wait: (_seconds, signal) => {
        ended.abort(new Error('enough'));
        signal.throwIfAborted();
        return Promise.resolve();
      },
    };
    const { url } = await servers.serve({ A: [reply()] });
    const asked = servers.read(url, ['A'], { question: { hope, signal: ended.signal } });
    await expect(asked).rejects.toThrow('enough');
  });
});
