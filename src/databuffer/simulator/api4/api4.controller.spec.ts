import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { pulseIdAt, timestampOf } from '../pulse-clock.js';
import { Api4Fixture } from './api4.fixture.js';
import { API4_CATALOGUE } from './channels.js';
import { cborFrames } from './decode.fixture.js';
import type { FoundChannel } from './search.js';

const START = pulseIdAt(Date.UTC(2025, 5, 1));

let api: Api4Fixture;
beforeAll(async () => {
  api = await Api4Fixture.start();
});
afterAll(() => api.close());

async function search(parameters: Record<string, string>): Promise<FoundChannel[]> {
  const { text } = await api.get('/search/channel', parameters);
  return (JSON.parse(text) as { channels: FoundChannel[] }).channels;
}

const names = async (parameters: Record<string, string>) =>
  (await search(parameters)).map(({ name }) => name);

describe('map/pulse', () => {
  it('has the time of a pulse as a bare integer, as events have it', async () => {
    const time = String(timestampOf(START));
    for (const path of [`sf-databuffer/${START}`, `sf-imagebuffer/${START}`, `${START}`]) {
      expect(await api.get(`/map/pulse/${path}`)).toMatchObject({ status: 200, text: time });
    }
    const [{ tss }] = cborFrames((await api.events('SIMULATOR-PULSE-ID', START, 1)).body);
    expect(tss).toEqual([BigInt(time)]);
    const { text } = await api.get(`/map/pulse-v2/sf-databuffer/${START + 1}`);
    expect(JSON.parse(text)).toEqual({
      sec: 1_748_736_000,
      ns: Number(timestampOf(START + 1) % 10n ** 9n),
      datetime: expect.stringMatching(/^2025-06-01T00:00:00\.010\d{6}Z$/) as string,
    });
  });

  it.each([pulseIdAt() + 360_000, '9007199254740993', '18446744073709551615'])(
    'has nothing of pulse %s, which is not there yet',
    async (pulse) => {
      for (const call of ['pulse', 'pulse-v2'])
        expect(await api.get(`/map/${call}/sf-databuffer/${pulse}`)).toMatchObject({
          ...{ status: 204, text: '' },
        });
    },
  );

  it('has no other backend, and no pulse that is no number', async () => {
    expect((await api.get('/map/pulse/other/1')).status).toBe(404);
    expect((await api.get('/map/pulse/sf-databuffer/x')).status).toBe(500);
  });
});

describe('search/channel', () => {
  it('finds all, each with a number of its own', async () => {
    const found = await search({});
    expect(found.map(({ name }) => name)).toEqual(API4_CATALOGUE.map(({ name }) => name));
    expect(new Set(found.map(({ seriesId }) => seriesId)).size).toBe(found.length);
    expect(found).toContainEqual({
      backend: 'sf-databuffer',
      name: 'SIMULATOR-UNPULSED',
      seriesId: expect.any(Number) as number,
      source: 'simulator',
      type: 'f64',
      shape: [],
      unit: 'degC',
      description: expect.stringContaining('no pulse ids') as string,
    });
  });

  it.each([
    [{ nameRegex: 'pulse-ID' }, ['SIMULATOR-PULSE-ID']],
    [{ nameRegex: 'pulse-ID', icase: 'false' }, []],
    [
      { nameRegex: '^SIMULATOR-(ENUM|CHARGE)$', icase: 'false' },
      ['SIMULATOR-ENUM', 'SIMULATOR-CHARGE'],
    ],
    [{ descriptionRegex: 'shutter' }, ['SIMULATOR-ENUM']],
    [{ nameRegex: 'ENUM', backend: 'sf-imagebuffer' }, []],
    [{ nameRegex: 'ENUM', sourceRegex: 'simulator' }, ['SIMULATOR-ENUM']],
    [{ nameRegex: 'ENUM', sourceRegex: 'tcp' }, []],
    [{ nameRegex: 'ENUM', kind: 'caStatus' }, []],
    [
      { nameRegex: String.raw`^(?:SIMULATOR-ENUM|SIMULATOR\-SCALAR\-INT8\-77|NOPE)$` },
      ['SIMULATOR-ENUM', 'SIMULATOR-SCALAR-INT8-77'],
    ],
    [
      { nameRegex: '^SIMULATOR-SCALAR-INT8-77$', backend: 'sf-databuffer' },
      ['SIMULATOR-SCALAR-INT8-77'],
    ],
  ])('finds by %o', async (parameters, expected) => {
    expect(await names(parameters)).toEqual(expected);
  });

  it('refuses what is no regular expression', async () => {
    const { status, text } = await api.get('/search/channel', { nameRegex: '(' });
    expect(status).toBe(500);
    expect(text).toContain('nameRegex must be a regular expression');
  });
});

describe('events', () => {
  const range = { begNs: timestampOf(START), endNs: timestampOf(START + 1) };
  const channel = { backend: 'sf-databuffer', channelName: 'SIMULATOR-PULSE-ID' };

  it('takes the number of a channel in place of its name', async () => {
    const [{ seriesId }] = await search({ nameRegex: '^SIMULATOR-PULSE-ID$' });
    const parameters = { backend: 'sf-databuffer', seriesId, ...range };
    const { body } = await api.get('/events', parameters, 'application/cbor-framed');
    expect(cborFrames(body)[0].values).toEqual([START]);
  });

  it.each([
    [{ ...channel, channelName: 'NOPE' }, 404, 'not found'],
    [{ ...channel, backend: 'sf-imagebuffer' }, 404, 'not found'],
    [{ backend: 'sf-databuffer', seriesId: '1' }, 404, 'not found'],
    [
      { backend: 'sf-imagebuffer', channelName: 'SIMULATOR-CAMERA-SMALL:FPICTURE' },
      ...([404, 'has images'] as const),
    ],
    [{ ...channel, seriesId: '1' }, 500, 'only one of them'],
    [{ backend: 'sf-databuffer' }, 500, 'must be given'],
    [{ channelName: 'SIMULATOR-PULSE-ID' }, 500, 'backend must be given'],
    [{ ...channel, begNs: 'x' }, 500, 'begNs must be nanoseconds'],
    [{ ...channel, eventsMax: '-1' }, 500, 'eventsMax must be a positive integer'],
    [{ ...channel, seriesKind: 'caStatus' }, 500, 'seriesKind'],
  ])('refuses %o', async (parameters, status, message) => {
    const refused = await api.get('/events', { ...range, ...parameters });
    expect(refused.status).toBe(status);
    expect(JSON.parse(refused.text)).toEqual({
      message: expect.stringContaining(message) as string,
      requestid: refused.headers.requestid,
    });
  });

  it.each<Record<string, string>>([
    {},
    { begDate: '2025-06-01', endDate: '2025-06-02' },
    { begDate: 'long ago' },
  ])('wants a range, which %o is not', async (given) => {
    const refused = await api.get('/events', { ...channel, ...given });
    expect(refused.status).toBe(500);
    expect(refused.text).toContain('begDate must be');
  });
});

describe('api/4', () => {
  it('has backends, a version, and types and shapes of channels', async () => {
    expect((await api.get('/backend/list')).text).toBe(
      '{"backends_available":[{"name":"sf-databuffer"},{"name":"sf-imagebuffer"}]}',
    );
    expect((await api.get('/private/version')).text).toMatch(/^{"daqbuf_version":{"major":\d+,/);
    const config = { backend: 'sf-databuffer', channelName: 'SIMULATOR-WAVEFORM-UINT8-5-1' };
    const { text } = await api.get('/channel/config', config);
    expect(JSON.parse(text)).toMatchObject({ type: 'u8', shape: [5] });
  });

  it.each([204, 400, 405, 406])('answers test/http/%i with it', async (status) => {
    expect((await api.get(`/test/http/${status}`)).status).toBe(status);
  });

  it('hears nothing but GET, and knows no other path', async () => {
    expect((await api.get('/nothing/here')).status).toBe(404);
    for (const [method, path] of [
      ['POST', 'events'],
      ['PUT', 'map/pulse/1'],
      ['HEAD', 'backend/list'],
      ['DELETE', 'nothing'],
    ] as const) {
      const reply = await request(`${api.simulator.url}/api/4/${path}`, { method });
      await reply.body.dump();
      expect({ method, status: reply.statusCode }).toEqual({ method, status: 405 });
    }
  });
});
