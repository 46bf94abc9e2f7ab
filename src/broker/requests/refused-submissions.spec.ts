import { afterEach, beforeEach, expect, it } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';

let broker: BrokerFixture;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
});

afterEach(() => broker.remove());

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

const good = {
  data_api_request: '{"channels":["A"],"range":{"startPulseId":1,"endPulseId":2}}',
  parameters: '{"output_file":"a.h5"}',
};

function asking(channels: string[], startPulseId: unknown = 1, endPulseId: unknown = 2) {
  const range = { startPulseId, endPulseId };
  return { ...good, data_api_request: JSON.stringify({ channels, range }) };
}

const names = (count: number, end = '') => Array.from({ length: count }, (_, n) => `C${n}${end}`);

it.each([
  ['nothing', {}, /data_api_request is missing.*parameters is missing/],
  ['a list', [], /data_api_request is missing/],
  ['a file elsewhere', { ...good, parameters: '{"output_file":"/etc/passwd"}' }, /outside the/],
  [
    'the trail',
    { ...good, parameters: '{"output_file":"audit.log.outcomes"}' },
    /belongs to the audit trail/,
  ],
  [
    'parameters nested without end',
    { ...good, parameters: `{"output_file":"a.h5","x":${nested(100_000)}}` },
    /parameters is nested more than 100 levels/,
  ],
  [
    'a query nested without end',
    { ...good, data_api_request: `{"channels":[{"x":${nested(100_000)}}]}` },
    /data_api_request is nested more than 100 levels/,
  ],
  [
    '20,000 parameters',
    {
      ...good,
      parameters: `{${names(20_000, '":1,"')
        .map((each) => `"${each}x":2`)
        .join()}}`,
    },
    /^parameters has 40000 keys; at most 10000 are allowed/,
  ],
  [
    'a query with 300,000 values',
    {
      ...good,
      data_api_request: `{"channels":[${names(300_000)
        .map(() => 1)
        .join()}]}`,
    },
    /^data_api_request has 299999 values; at most 250000 are allowed/,
  ],
  ['50,001 channels', asking(names(50_001)), /channels are 50001; at most 50000 are allowed/],
  ['an end beyond pulse ids', asking(['A'], 1, 1e300), /range has no startPulseId and endPulseId/],
  ['an end just beyond', asking(['A'], 1, '9007199254740994'), /range has no startPulseId/],
  ['a start below them', asking(['A'], -1, 2), /range has no startPulseId/],
  ['half a pulse', asking(['A'], 0.5, 2), /range has no startPulseId/],
])('%s is refused and not recorded', async (_what, body, problem) => {
  const { status, json } = await broker.call('POST', '/requests', { body });
  expect({ status, json }).toMatchObject({
    status: 400,
    json: { state: 'error', status: expect.stringMatching(problem) },
  });
  expect(broker.recorded()).toEqual([]);
});

it('takes what is just within the limits', async () => {
  const bodies = [
    asking(names(50_000)),
    asking(names(100, ':FPICTURE')),
    asking(['A'], 0, 2 ** 53),
    { ...good, parameters: `{"output_file":"a.h5","x":${nested(99)}}` },
  ];
  for (const body of bodies) {
    expect((await broker.call('POST', '/requests', { body })).status).toBe(200);
  }
  expect(broker.recorded()).toHaveLength(bodies.length);
});
