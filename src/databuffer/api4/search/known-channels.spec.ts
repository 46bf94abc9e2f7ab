import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { RecordingSink } from '../../json/recording-sink.fixture.js';
import { Connections } from '../../http/connections.js';
import { questionFor } from '../../question.fixture.js';
import { batch, FINAL } from '../cbor/cbor.fixture.js';
import { type Answer, status } from '../data-server.fixture.js';
import { KnownChannels } from './known-channels.js';
import { EventsServers, RANGE, reply, timeOf, WHOLE } from '../events-server.fixture.js';

const servers = new EventsServers();
afterEach(() => servers.close());

const found = (...channels: object[]): Answer => status(200, JSON.stringify({ channels }));
const EMPTY = [reply(FINAL)];
const channel = (name: string, rest: object = {}) => ({
  backend: 'sf-databuffer',
  name,
  seriesId: 7,
  source: 'tcp://x',
  type: 'f64',
  shape: [],
  unit: '',
  description: '',
  ...rest,
});

describe('a server’s search', () => {
  it('gives units and descriptions', async () => {
    const search = found(
      channel('A', { unit: 'mm', description: 'Position' }),
      channel('B'),
      channel('AB', { unit: 'of another channel' }),
      channel('C', { unit: 'of another backend', backend: 'sf-archive' }),
    );
    const { url } = await servers.serve({ A: WHOLE, B: WHOLE, C: WHOLE }, search);
    const { descriptions } = await servers.read(url, ['A', 'B', 'C']);
    expect(descriptions).toEqual(new Map([['A', { units: 'mm', description: 'Position' }]]));
  });

  it('tells what a channel without rows is', async () => {
    const search = found(
      channel('A', { type: 'u16', shape: [8] }),
      channel('B', { type: 'string', shape: null }),
      channel('C', { type: 'complex' }),
    );
    const script = { A: EMPTY, B: EMPTY, C: EMPTY, D: EMPTY };
    const { url } = await servers.serve(script, search);
    const { sink, channels } = await servers.read(url, Object.keys(script));
    expect(channels.every(({ failure }) => failure === undefined)).toBe(true);
    expect(sink.channels.map(({ header }) => header)).toMatchObject([
      { name: 'A', type: 'uint16', shape: [8] },
      { name: 'B', type: 'string', shape: [1] },
      { name: 'C', type: 'float64', shape: [1] },
      { name: 'D', type: 'float64', shape: [1] },
    ]);
  });

  it('may differ from the data, which counts', async () => {
    const waveform = batch({ scalar_type: 'f64', tss: [timeOf(1)], pulses: [1], values: [[1, 2]] });
    const search = found(
      channel('A', { type: 'i32', shape: [1] }),
      channel('B', { shape: [3] }),
      channel('C', { type: 'float64', shape: [2] }),
    );
    const rows = [reply(waveform, FINAL)];
    const { url } = await servers.serve({ A: WHOLE, B: rows, C: rows }, search);
    const { channels } = await servers.read(url, ['A', 'B', 'C']);
    expect(channels.map(({ problems }) => problems)).toEqual([
      [{ code: 'type_differs', count: 5, example: 'float64 in the data, int32 declared' }],
      [{ code: 'shape_differs', count: 1, example: '[2] in the data, [3] declared' }],
      [],
    ]);
  });

  it('that contradicts itself says nothing of types', async () => {
    const search = found(channel('A', { type: 'i32' }), channel('A', { unit: 'K', type: 'u8' }));
    const { url } = await servers.serve({ A: WHOLE }, search);
    const { channels, descriptions } = await servers.read(url, ['A']);
    expect(channels[0].problems).toEqual([]);
    expect(descriptions!.get('A')).toMatchObject({ units: 'K' });
  });

  it.each<[string, Answer]>([
    ['fails', status(500)],
    ['is not there', status(404)],
    ['is no JSON', status(200, '<html>')],
    ['is something else', status(200, '[{"channels":1}]')],
    ['lists nonsense', status(200, '{"channels":[null,7,{"name":["A"]},{"name":"A","unit":{}}]}')],
    ['breaks off', (response) => void response.destroy()],
  ])('that %s takes nothing away', async (_what, search) => {
    const { url } = await servers.serve({ A: WHOLE, B: EMPTY }, search);
    const { channels, descriptions } = await servers.read(url, ['A', 'B']);
    expect(channels).toMatchObject([
      { rows: 5, problems: [] },
      { rows: 0, problems: [] },
    ]);
    expect(descriptions!.size).toBe(0);
  });

  it('that hangs is not waited for', async () => {
    const { url } = await servers.serve({ A: WHOLE, B: EMPTY }, () => undefined);
    const { rows } = await servers.read(url, ['A', 'B'], { patienceMs: 30 });
    expect(rows).toBe(5);
  });
});

describe('channels', () => {
  const searches = (asked: readonly string[]) =>
    asked
      .filter((path) => path.includes('/search/channel'))
      .map((path) => new URL(path, 'http://x').searchParams);

  it('are searched by their exact names, some at a time', async () => {
    const names = [
      'A.B:C',
      'X[1]+',
      ...Array.from({ length: 150 }, (_, i) => `SARFE10-PBPG050:HAMP-${i}`),
    ];
    const search: Answer = (response, request) => {
      const { searchParams } = new URL(request.url!, 'http://x');
      const pattern = new RegExp(searchParams.get('nameRegex')!);
      const some = ['AxB:C', ...names].filter((name) => pattern.test(name));
      found(...some.map((name) => channel(name, { unit: name })))(response, request);
    };
    const script = Object.fromEntries(names.map((name) => [name, WHOLE]));
    const { url, asked } = await servers.serve(script, search);
    const { descriptions } = await servers.read(url, names);
    expect([...descriptions!.keys()]).toEqual(names);
    expect(descriptions!.get('X[1]+')).toMatchObject({ units: 'X[1]+' });
    const paths = asked.filter((path) => path.includes('/search/channel'));
    expect(paths.length).toBeGreaterThan(1);
    for (const path of paths) expect(path.length).toBeLessThanOrEqual(4096);
    const [first] = searches(asked);
    expect([first.get('icase'), first.get('backend')]).toEqual(['false', 'sf-databuffer']);
    expect(first.get('nameRegex')).toMatch(/^\^\(A\\\.B:C\|X\\\[1\\\]\\\+\|SARFE/);
  });

  it('that were found are not searched again', async () => {
    const search = found(channel('A', { unit: 'mm' }));
    const { url, asked } = await servers.serve({ A: WHOLE, B: WHOLE }, search);
    const source = servers.source(url);
    for (let i = 0; i < 2; i++) {
      const { descriptions } = await source.read(
        questionFor(['A', 'B'], RANGE),
        new RecordingSink(),
      );
      expect(descriptions!.get('A')).toEqual({ units: 'mm' });
    }
    // One that was not found neither, for a minute.
    expect(searches(asked).map((search) => search.get('nameRegex'))).toEqual(['^(A|B)$']);
  });

  it('are not waited for again where that was in vain', async () => {
    const { url } = await servers.serve({}, () => undefined);
    const connections = new Connections({});
    const known = new KnownChannels(url, () => connections, 60);
    const ended = new AbortController();
    const lookUp = () => known.lookUp([{ name: 'A', backend: 'sf-databuffer' }], ended.signal);
    const first = async (waited: Promise<void>) =>
      Promise.race([waited.then(() => 'waited'), sleep(30, 'later')]);
    const waited = lookUp().wait();
    expect(await first(waited)).toBe('later');
    await waited;
    expect(await first(lookUp().wait())).toBe('waited');
    ended.abort();
    await connections.close();
  });
});
