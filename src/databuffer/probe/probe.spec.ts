import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { someOf } from '../../../test/support/tries.js';
import { type RunningSimulator, startSimulator } from '../simulator/simulator.fixture.js';
import { isCamera } from '../../request/channel.js';
import { NothingToAsk } from './errors.js';
import { type Deviations, LabServer } from './lab-server.fixture.js';
import type { Known } from './probe.js';
import { oddities, probed } from './probed.fixture.js';

const labs = new LabServer();
afterEach(() => labs.close());

const oddityOf = async (deviations: Deviations, known?: Partial<Known>) =>
  oddities(await probed(await labs.start(deviations), known));

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator();
});

afterAll(() => simulator.app.close());

describe('a server that has all that a writer relies on', () => {
  it.each([
    ['json', '/query'],
    ['binary', '/query'],
    ['api4', '/api/4'],
  ] as const)('is found to: the simulator, %s', async (protocol, path) => {
    // Cameras have a data API of their own then, and files have one length of waveforms.
    const fits = (name: string) =>
      protocol !== 'api4' || !(isCamera(name) || name.endsWith('-VARYING'));
    const outcome = await probed(simulator.url + path, { fits }, protocol);
    expect(oddities(outcome)).toEqual([]);
    expect(outcome.asked!.channels.length).toBeGreaterThan(3);
    expect(outcome.findings.length).toBeGreaterThan(12);
  });

  it('is found to: one of a laboratory, asked for what is named', async () => {
    const endPulseId = Math.floor(Date.now() / 100) - 20;
    const range = { startPulseId: endPulseId - 29, endPulseId };
    const outcome = await probed(await labs.start(), { channels: ['LAB:WAVE', 'LAB:LOAD'], range });
    expect(oddities(outcome)).toEqual([]);
    expect(outcome.asked).toMatchObject({ channels: ['LAB:WAVE', 'LAB:LOAD'], range });
    expect(outcome.findings).toContainEqual({
      check: 'values',
      verdict: 'ok',
      what: 'LAB:WAVE: float32 [3], 30 rows',
    });
  });
});

it('names the remedy where the URL redirects', async () => {
  const server = createServer((_call, reply) => {
    reply.writeHead(302, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/query`;
  expect(oddities(await probed(url))).toMatchObject([
    { what: expect.stringContaining('/elsewhere'), remedy: 'give the URL that it redirects to' },
  ]);
  server.closeAllConnections();
  server.close();
});

describe('what a server does otherwise', () => {
  /** A deviation, the check that finds it, and some of what is said. */
  const CASES: readonly (readonly [string, Deviations, string, RegExp, RegExp])[] = [
    [
      'the last pulse left out',
      { isIn: (pulseId, first, last) => pulseId >= first && pulseId < last },
      'ends',
      /the last one is not in the reply/,
      /reported as short/,
    ],
    [
      'a pulse more',
      { isIn: (pulseId, first, last) => pulseId >= first - 1 && pulseId <= last },
      'values',
      /outside_range/,
      /nobody asked for/,
    ],
    [
      'points the other way round',
      { reply: (channels) => channels.map((each) => ({ ...each, data: each.data.reverse() })) },
      'order',
      /not in the order/,
      /back and forth/,
    ],
    [
      'no types',
      { reply: (channels) => channels.map((each) => ({ ...each, configs: [] })) },
      'values',
      /LAB:LOAD.*no type/,
      /not in the file/,
    ],
    [
      'no dates',
      { text: (text) => text.replaceAll('"globalDate"', '"date"') },
      'values',
      /missing_global_date/,
      /no dates/,
    ],
    [
      'a wrong offset',
      { text: (text) => text.replaceAll('Z"', '+02:00"') },
      'dates',
      /s away from the time that was asked for/,
      /timestamp is wrong/,
    ],
    [
      'dates of the reply',
      { text: (text) => text.replaceAll(/"globalDate":"[^"]+"/g, reversedDate()) },
      'dates',
      /earlier date than the one before/,
      /back and forth/,
    ],
    [
      'an error for a channel that is not known',
      {
        instead: (_question, response, body) =>
          body.includes('NO-SUCH-CHANNEL') && refuse(response, 404),
      },
      'unknown_channel',
      /beside one that it knows.*404/,
      /misspelled name/,
    ],
    [
      'an error for what is still to come',
      { reply: (channels) => (channels[0]?.data.length === 0 ? { status: 404 } : channels) },
      'not_yet',
      /still to come.*error/,
      /--data_wait/,
    ],
    [
      'integers by way of float64',
      {
        reply: (channels) =>
          channels.map((each) => ({
            ...each,
            configs: [{ type: 'int64', shape: [1] }],
            data: each.data.map((point) => ({
              ...point,
              value: `#${BigInt(Number(point.pulseId) * 2 ** 26)}`,
            })),
          })),
        text: (text) => text.replaceAll(/"#(\d+)"/g, '$1'),
      },
      'values',
      /large integers/,
      /rounded/,
    ],
    [
      'texts for numbers',
      { text: (text) => text.replaceAll(/"value":(-?[\d.]+)/g, '"value":"$1"') },
      'values',
      /wrong_type, \d+ times/,
      /no value in the file/,
    ],
    [
      'one channel a question',
      {
        reply: (channels, { channels: asked }) =>
          asked.length > 1 ? channels.slice(0, 1) : channels,
      },
      'several',
      /LAB:COUNT: 0 rows with other channels/,
      /files lack rows/,
    ],
    [
      'GET answered by HTTP 500',
      { instead: ({ method }, response) => method === 'GET' && refuse(response, 500) },
      'reached',
      /GET.*HTTP 500/,
      /takes the server for down/,
    ],
  ];

  it.each(someOf(CASES))('%s is told, with its cost', async (_, deviations, check, what, cost) => {
    const found = await oddityOf(deviations);
    const told = found.filter((finding) => finding.check === check);
    expect(told.map((finding) => finding.what).join('\n')).toMatch(what);
    expect(told.map((finding) => finding.cost).join('\n')).toMatch(cost);
    expect(told.some(({ verdict }) => verdict === 'deviation')).toBe(true);
    for (const { verdict, remedy } of found)
      if (verdict === 'deviation') expect(remedy).toBeTruthy();
  });

  const known: Partial<Known> = {
    channels: ['SIMULATOR-SCALAR-FLOAT64-1'],
    range: { startPulseId: 2000, endPulseId: 2019 },
  };

  it('binary: replies without an end of their own, and times beside the pulses', async () => {
    const url = await labs.forward(simulator.url, (path, answer) => {
      if (!path.endsWith('/mapping')) return answer;
      const shifted = answer.toString().replaceAll(/"(\d+)\./g, (_, s) => `"${Number(s) + 1}.`);
      return Buffer.from(shifted);
    });
    // Times that are a second off have other pulses.
    const { findings } = await probed(url, known, 'binary');
    expect(findings.at(-1)).toMatchObject({ check: 'asked', verdict: 'deviation' });

    const sameTimes = await labs.forward(simulator.url, (_, answer) => answer);
    const found = oddities(await probed(sameTimes, known, 'binary'));
    expect(found.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['transport', 'deviation'],
      ['transport', 'note'],
      ['request_status', 'note'],
    ]);
    expect(found[0].cost).toMatch(/rows are lost unnoticed/);
  });

  it('binary: no times of pulses', async () => {
    const url = await labs.start({
      instead: ({ url }, response) => url === '/query/mapping' && refuse(response, 404),
    });
    const { findings } = await probed(url, known, 'binary');
    expect(findings.at(-1)).toMatchObject({
      verdict: 'deviation',
      what: expect.stringContaining('/query/mapping answered HTTP 404') as string,
      remedy: 'answer POST /query/mapping',
    });
  });

  it('questions that disturb each other are told', async () => {
    let underWay = 0;
    const found = await oddityOf(
      {
        instead: (question, response) => {
          if (question.method !== 'POST') return false;
          underWay++;
          response.on('finish', () => setTimeout(() => underWay--, 100));
          return underWay > 3 && refuse(response, 503);
        },
      },
      { channels: ['LAB:LOAD'] },
    );
    expect(found.map(({ check }) => check)).toContain('at_once');
  });

  it('what costs nothing is a note', async () => {
    const url = await labs.start({
      instead: ({ url }, response) => url === '/channels' && refuse(response, 404),
      headers: { connection: 'close' },
    });
    const found = oddities(await probed(url, { channels: ['LAB:LOAD'] }));
    expect(found.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['transport', 'note'],
      ['search', 'note'],
    ]);
  });

  it.each([
    [['LAB:LOAD', 'LAB:LOAD2', 'lab:load'], []],
    [['LAB:LOAD', 'LAB:WAVE'], ['POST /channels heeds no "regex"']],
    [['LAB:LOAD2'], ['POST /channels does not find LAB:LOAD']],
  ])('channels that are found by a part of their name: %s', async (names, notes) => {
    const url = await labs.start({
      instead: ({ url }, response) => {
        if (url !== '/channels') return false;
        response.end(JSON.stringify([{ channels: names }]));
        return true;
      },
    });
    const found = oddities(await probed(url, { channels: ['LAB:LOAD'] }));
    expect(found.filter(({ check }) => check === 'search').map(({ what }) => what)).toEqual(notes);
  });
});

describe('a server that can’t be asked', () => {
  it('is told to be away', async () => {
    const url = await labs.start();
    await labs.close();
    const { findings } = await probed(url);
    expect(findings).toMatchObject(
      [
        {
          verdict: 'deviation',
          what: /ECONNREFUSED/,
          remedy: 'start the server, or check host and port',
        },
      ].map(({ what, ...rest }) => ({ ...rest, what: expect.stringMatching(what) as string })),
    );
  });

  it('says what it wants to know who asks', async () => {
    const { findings } = await probed(
      await labs.start({ instead: (_question, response) => refuse(response, 401) }),
      { channels: ['LAB:LOAD'] },
    );
    expect(findings.at(-1)).toMatchObject({
      verdict: 'deviation',
      remedy: expect.stringContaining('--data_api_headers_file') as string,
    });
  });

  it.each([
    [403, '{}', 'ask who runs it'],
    [502, '<html>', undefined],
    [200, '<html>Please log in</html>', 'send the protocol'],
  ])(
    'names what is wrong where no list of channels comes: HTTP %i %s',
    async (status, text, remedy) => {
      const instead: Deviations['instead'] = (_question, response) => {
        response.writeHead(status).end(text);
        return true;
      };
      const { findings } = await probed(await labs.start({ instead }));
      const wrong = findings.filter(({ verdict }) => verdict === 'deviation');
      expect(wrong.at(-1)!.cost).toMatch(/such a request/);
      if (remedy !== undefined) expect(wrong.at(-1)!.remedy).toContain(remedy);
    },
  );

  it('has to be told channels and pulses that it does not tell', async () => {
    const noList: Deviations = {
      instead: ({ url }, response) => url === '/channels' && refuse(response, 404),
    };
    await expect(probed(await labs.start(noList))).rejects.toThrow(/--channels a,b/);
    const byPulse: Deviations = {
      instead: (_question, response, body) =>
        body.includes('startSeconds') && refuse(response, 400),
    };
    const refused = probed(await labs.start(byPulse));
    await expect(refused).rejects.toThrow(NothingToAsk);
    await expect(refused).rejects.toThrow(/--pulses FIRST-LAST/);
  });
});

function refuse(response: import('node:http').ServerResponse, status: number): boolean {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`{"status":${status}}`);
  return true;
}

/** Later points have earlier dates. */
function reversedDate(): () => string {
  let ms = Date.now() - 5000;
  return () => `"globalDate":"${new Date(ms--).toISOString()}"`;
}
