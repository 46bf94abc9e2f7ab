import * as fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { isoTime } from '../../time-range.js';
import { batch, FINAL, frame, map, text } from '../cbor/cbor.fixture.js';
import {
  brokenOff,
  EventsServers,
  reply,
  type Script,
  timeOf,
  WHOLE,
} from '../events-server.fixture.js';

const servers = new EventsServers();
afterEach(() => servers.close());

interface Row {
  readonly pulse: number;
  readonly value: number;
}

/** How a reply ends before its range does, and how much of it there is. */
interface Page {
  readonly end: 'at a byte' | 'silently' | 'by continueAt';
  readonly share: number;
}

const page: fc.Arbitrary<Page> = fc.record({
  end: fc.constantFrom<Page['end'][]>('at a byte', 'silently', 'by continueAt'),
  share: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

/** Rows of which several in a row may have the same time. */
const rowsInOrder = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }).map((steps) =>
  steps.map((_, i): Row => ({
    pulse: 1 + Math.min(steps.slice(1, i + 1).filter(Boolean).length, 4),
    value: i,
  })),
);

function framesOf(rows: readonly Row[]): Buffer[] {
  return rows.map(({ pulse, value }) =>
    batch({ scalar_type: 'f64', tss: [timeOf(pulse)], pulses: [pulse], values: [value] }),
  );
}

/** Answers a question with some of the rows asked for. */
function answer(left: readonly Row[], { end, share }: Page) {
  if (end === 'at a byte') {
    const whole = Buffer.concat([...framesOf(left), FINAL]);
    return brokenOff(whole.subarray(0, Math.floor(share * whole.length)));
  }
  const count = Math.floor(share * left.length);
  const next = left[count];
  if (end === 'by continueAt' && next) {
    const continueAt = frame(map({ continueAt: text(isoTime(timeOf(next.pulse))) }));
    return reply(...framesOf(left.slice(0, count)), continueAt);
  }
  // One that ends twice between two rows of one time can't be told from one that has no more of them.
  const atFirstTime = left.filter(({ pulse }) => pulse === left[0].pulse).length;
  return reply(...framesOf(left.slice(0, count < atFirstTime ? 0 : count)));
}

it('has each row once of a channel that is complete, however its replies end', async () => {
  const channel = fc.tuple(rowsInOrder, fc.array(page, { maxLength: 6 }));
  await fc.assert(
    fc.asyncProperty(fc.array(channel, { minLength: 1, maxLength: 12 }), async (channels) => {
      const script = Object.fromEntries(
        channels.map(([rows, pages], i): [string, Script] => [
          `C${i}`,
          ({ start, before }) => {
            const left = rows.filter(({ pulse }) => isoTime(timeOf(pulse)) >= start);
            const cut = left.length > 0 ? pages.at(before) : undefined;
            return cut ? answer(left, cut) : reply(...framesOf(left), FINAL);
          },
        ]),
      );
      const { url } = await servers.serve({ ...script, WHOLE });
      const {
        sink,
        complete,
        channels: reports,
      } = await servers.read(url, [...Object.keys(script), 'WHOLE'], {
        waitsMs: [0],
      });
      for (const [i, [rows]] of channels.entries()) {
        const failure = reports.find(({ name }) => name === `C${i}`)?.failure?.code;
        expect(complete!.has(`C${i}`)).toBe(failure === undefined);
        if (failure === undefined) {
          expect(sink.values(`C${i}`)).toEqual(rows.map(({ value }) => value));
        } else expect(failure).toBe('incomplete');
      }
    }),
    { numRuns: 30 },
  );
});
