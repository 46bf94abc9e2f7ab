import { describe, expect, it } from 'vitest';
import { HttpFailure, MalformedReply, UnmappedPulses } from '../../databuffer/errors.js';
import type { TestRow } from '../../hdf5/row-blocks.fixture.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { writeRequest } from '../write-request.fixture.js';
import { askForData, type Sources } from './ask-for-data.js';
import { DISCARDING_SINK } from './run-job.js';
import { ToldSource } from './told-source.fixture.js';

const CAMERA = 'C:FPICTURE';
const TIMES = { start: 1000n, end: 1100n };
const ROWS: TestRow[] = [1, 2].map((pulseId) => ({ pulseId, value: [pulseId] }));

/** Tells times as it is told, and notes what it is asked. */
class ToldMapping {
  readonly asked: [PulseRange, string][] = [];

  constructor(private readonly failure?: Error) {}

  timesOf(range: PulseRange, backend: string) {
    this.asked.push([range, backend]);
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(TIMES);
  }
}

describe('sources of a request', () => {
  const source = (name: string, complete: readonly string[] = []) =>
    new ToldSource(`http://${name}`, {
      channels: [
        { name, blocks: [ROWS] },
        { name: CAMERA, blocks: [ROWS] },
      ],
      complete: new Set(complete),
      descriptions: new Map(complete.map((channel) => [channel, { units: 'mm' }])),
    });
  const ask = (channels: readonly string[], sources: Sources, range?: object) => {
    const { query, ...request } = parseWriteRequest(writeRequest('x.h5', channels));
    const asked = range
      ? { ...request, pulseRange: undefined, query: { ...query, range } }
      : request;
    const reading = {
      spillBuffer: new Uint8Array(0),
      spoolPath: '',
      signal: new AbortController().signal,
    };
    return askForData({ query, ...asked }, sources, reading, DISCARDING_SINK);
  };

  it('are told once when its pulses were, cameras included', async () => {
    const mapping = new ToldMapping();
    const [data, images] = [source('A', ['A']), source('B', [CAMERA])];
    const reply = await ask([CAMERA, 'A'], { data, images, mapping });
    expect(mapping.asked).toEqual([[{ startPulseId: 1, endPulseId: 10 }, 'sf-databuffer']]);
    expect([data, images].map(({ questions }) => questions.map(({ times }) => times))).toEqual([
      [TIMES],
      [TIMES],
    ]);
    expect(reply.complete).toEqual(new Set(['A', CAMERA]));
    expect([...reply.descriptions!.keys()]).toEqual(['A', CAMERA]);
  });

  it('find out by themselves where nobody tells, or where nobody asks for pulses', async () => {
    const data = source('A');
    await ask(['A'], { data });
    const mapping = new ToldMapping();
    await ask(['A'], { data, mapping }, { startSeconds: '1', endSeconds: '2' });
    expect(mapping.asked).toEqual([]);
    expect(data.questions.map(({ times }) => times)).toEqual([undefined, undefined]);
  });

  it.each([
    ['knows no times', new UnmappedPulses('http://A/map', { startPulseId: 1, endPulseId: 10 })],
    ['fails', new HttpFailure('http://A/map', 500, '')],
  ])(
    'are not asked where the mapping %s, which the data API is told to have done',
    async (_how, failure) => {
      const data = source('A');
      await expect(ask(['A'], { data, mapping: new ToldMapping(failure) })).rejects.toBe(failure);
      expect(failure.source).toBe('http://A');
      expect(data.questions).toEqual([]);
    },
  );

  it.each([
    ['http://host/query', new HttpFailure('http://host/query/map/pulse/1', 404, ''), true],
    ['http://host/query', new HttpFailure('http://host/query/map/pulse/1', 501, ''), true],
    ['http://host', new MalformedReply(0, '<html> is no time'), true],
    ['http://host/api/4', new HttpFailure('http://host/api/4/map/pulse/1', 404, ''), false],
    ['http://host/query', new HttpFailure('http://host/query/map/pulse/1', 503, ''), false],
  ])('hint at what a base is where %s fails: %s', async (url, failure, hints) => {
    const asked = ask(['A'], { data: new ToldSource(url), mapping: new ToldMapping(failure) });
    await expect(asked).rejects.toBe(failure);
    const hint = '; for api4, --data_api_url is a base URL like http://host/api/4';
    expect(failure.message.endsWith(hint)).toBe(hints);
  });

  it.each([
    [
      'json',
      'A',
      '; this is a URL of data API 4: set --data_api_protocol api4, with a base URL like http://host/api/4',
    ],
    [
      'cameras',
      CAMERA,
      '; data API 4 has no cameras: --image_api_url is a base URL like http://host/api/1',
    ],
  ])('hint at the right setting where data API 4 is asked for %s', async (_what, name, hint) => {
    const failure = new HttpFailure('http://host/api/4/query', 405, '');
    const api4 = () => new ToldSource('http://host/api/4', failure);
    await expect(ask([name], { data: api4(), images: api4() })).rejects.toBe(failure);
    expect(failure.message.endsWith(`answered HTTP 405${hint}`)).toBe(true);
  });

  it('leave out cameras that none of them has, and name the setting', async () => {
    const data = source('A');
    const reply = await ask(['A', CAMERA], { data, withoutCameras: true });
    expect(data.questions.map(({ channels }) => channels.map(({ name }) => name))).toEqual([['A']]);
    expect(reply).toMatchObject({ rows: 2, missing: [] });
    expect(reply.channels).toMatchObject([
      { name: 'A', rows: 2 },
      {
        name: CAMERA,
        rows: 0,
        failure: {
          code: 'needs_image_api',
          message: 'is a camera, which data API 4 does not serve: set --image_api_url',
        },
      },
    ]);
    expect(reply.channels[0].failure).toBeUndefined();
  });

  it('are asked nothing, not even for times, where a request has nothing but such cameras', async () => {
    const [data, mapping] = [source('A'), new ToldMapping()];
    const reply = await ask([CAMERA], { data, mapping, withoutCameras: true });
    expect(data.questions).toEqual([]);
    expect(mapping.asked).toEqual([]);
    expect(reply.channels).toMatchObject([{ failure: { code: 'needs_image_api' } }]);
  });

  it('name what none of them has, whatever each of them knows of the others', async () => {
    const own = (name: string, missing: string) =>
      new ToldSource(name, { channels: [{ name, blocks: [ROWS] }], missing: [missing] });
    const [data, images] = [own('A', 'B'), own(CAMERA, 'D:FPICTURE')];
    const reply = await ask(['A', 'B', CAMERA, 'D:FPICTURE'], { data, images });
    expect(reply.missing).toEqual(['B', 'D:FPICTURE']);
  });
});
