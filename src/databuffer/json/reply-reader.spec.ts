import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../test/support/tries.js';
import { EmptyReply, MalformedReply, ServerError, TruncatedReply } from '../errors.js';
import { type RecordedChannel, readReply, RecordingSink } from './recording-sink.fixture.js';

/** As the data buffer replies: data, configs, channel. */
const DATA_FIRST = `[{"data": [
    {"pulseId": 5721143344, "shape": [3], "value": [0.1, -2.5e-3, 3], "globalDate": "2018-06-08T14:04:51.551143344+02:00"},
    {"pulseId": 5721143348, "shape": [3], "value": [1, NaN, "-Infinity"], "globalDate": "2018-06-08T12:04:51.591143348Z"}
  ], "configs": [{"shape": [3], "type": "float32"}], "channel": {"name": "WAVE", "backend": "sf-databuffer"}},
  {"data": [{"pulseId": 1, "shape": [1], "value": 9223372036854775807, "globalDate": "1970-01-01T00:00:00.000000001Z"}],
   "configs": [{"shape": [1], "type": "int64"}], "channel": {"name": "COUNTER", "backend": "sf-databuffer"}},
  {"data": [], "configs": [{"shape": [1], "type": "float64"}], "channel": {"name": "SILENT", "backend": "sf-databuffer"}}]`;

/** As the image buffer replies: configs, channel, data. */
const DATA_LAST = `[{"configs": [{"type": "uint16", "shape": [3, 2]}], "channel": {"name": "CAM:FPICTURE", "backend": "sf-imagebuffer"},
  "data": [{"shape": [3, 2], "globalDate": "2018-07-25T08:54:24.498357844+02:00", "pulseId": 6125357844, "value": [12, 18, 0, 65535, 1e3, 7.0]},
           {"shape": [3, 2], "globalDate": "2018-07-25T08:54:24.538357848+02:00", "pulseId": 6125357848, "value": [[1, 2, 3], [4, 5, 6]]}]}]`;

const SCALAR_DATE = '1970-01-01T00:00:00.000000001Z';

const DATA_FIRST_CHANNELS: RecordedChannel[] = [
  {
    header: { name: 'WAVE', type: 'float32', shape: [3] },
    rows: [
      {
        pulseId: 5721143344n,
        timestamp: 1528459491551143344n,
        date: '2018-06-08T14:04:51.551143344+02:00',
        present: 1,
        value: [Math.fround(0.1), Math.fround(-2.5e-3), 3],
      },
      {
        pulseId: 5721143348n,
        timestamp: 1528459491591143348n,
        date: '2018-06-08T12:04:51.591143348Z',
        present: 1,
        value: [1, NaN, -Infinity],
      },
    ],
    closed: true,
  },
  {
    header: { name: 'COUNTER', type: 'int64', shape: [1] },
    rows: [{ pulseId: 1n, timestamp: 1n, date: SCALAR_DATE, present: 1, value: [2n ** 63n - 1n] }],
    closed: true,
  },
  { header: { name: 'SILENT', type: 'float64', shape: [1] }, rows: [], closed: true },
];

const DATA_LAST_CHANNELS: RecordedChannel[] = [
  {
    header: { name: 'CAM:FPICTURE', type: 'uint16', shape: [3, 2] },
    rows: [
      {
        pulseId: 6125357844n,
        timestamp: 1532501664498357844n,
        date: '2018-07-25T08:54:24.498357844+02:00',
        present: 1,
        value: [12, 18, 0, 65535, 1000, 7],
      },
      {
        pulseId: 6125357848n,
        timestamp: 1532501664538357848n,
        date: '2018-07-25T08:54:24.538357848+02:00',
        present: 1,
        value: [1, 2, 3, 4, 5, 6],
      },
    ],
    closed: true,
  },
];

describe('a reply', () => {
  it('is read in both key orders, cut at any byte', { timeout: 30_000 }, () => {
    for (const [reply, channels] of [
      [DATA_FIRST, DATA_FIRST_CHANNELS],
      [DATA_LAST, DATA_LAST_CHANNELS],
    ] as const) {
      const everyByte = [...Array(reply.length).keys()];
      for (const cuts of [...someOf(everyByte).map((at) => [at]), everyByte]) {
        const sink = new RecordingSink();
        readReply(reply, sink, { cuts });
        expect(sink.channels).toStrictEqual(channels);
      }
    }
  });

  it('is read the same with nothing but the spool to wait in', () => {
    const sink = new RecordingSink();
    readReply(DATA_FIRST, sink, { memoryBudget: 0 });
    expect(sink.channels).toStrictEqual(DATA_FIRST_CHANNELS);
  });

  it('is summed up', () => {
    const expected = {
      channels: ['WAVE', 'ABSENT', 'SILENT', 'ABSENT'],
      range: { startPulseId: 5721143345, endPulseId: 5721143348 },
    };
    const result = readReply(DATA_FIRST, new RecordingSink(), { expected });
    expect(result).toMatchObject({
      missing: ['ABSENT'],
      notRequested: ['COUNTER'],
      bytes: Buffer.byteLength(DATA_FIRST),
      rows: 3,
    });
    expect(result.channels).toStrictEqual([
      {
        name: 'WAVE',
        rows: 2,
        first_pulse_id: 5721143344,
        last_pulse_id: 5721143348,
        problems: [
          { code: 'outside_range', count: 1, first_pulse_id: 5721143344, example: undefined },
        ],
      },
      {
        name: 'COUNTER',
        rows: 1,
        first_pulse_id: 1,
        last_pulse_id: 1,
        problems: [
          { code: 'outside_range', count: 1, first_pulse_id: 1, example: undefined },
          { code: 'not_requested', count: 1, first_pulse_id: 1, example: undefined },
        ],
      },
      { name: 'SILENT', rows: 0, problems: [] },
    ]);
  });

  it('may have unknown keys, escaped keys and any order within a point', () => {
    const sink = new RecordingSink();
    readReply(
      `[{"x": {"data": [1]}, "channel": {"backend": [{}], "n\\u0061me": "A"}, "extra": [[{"a": "]"}]],
        "data": [{"value": 1, "eventCount": 3, "p\\u0075lseId": 7}, {"pulseId": 8, "y": {"value": 5}, "value": [2]}],
        "configs": [{"type": "INT32", "shape": []}]}]`,
      sink,
    );
    expect(sink.channel('A').header).toStrictEqual({ name: 'A', type: 'int32', shape: [] });
    expect(sink.channel('A').rows.map(({ pulseId, value }) => [pulseId, ...value])).toStrictEqual([
      [7n, 1],
      [8n, 2],
    ]);
  });

  it.each([48, 0])('keeps rows of several pages in order, %d MB of memory', (megabytes) => {
    const points = Array.from({ length: 30_000 }, (_, i) => {
      const value = i % 3 === 0 ? `[${i},"t${i}"]` : `[${i}.5,null]`;
      return `{"pulseId":${i},"value":${value},"globalDate":"d${i}"}`;
    });
    const reply = `[{"data":[${points.join()}],"channel":{"name":"T"},"configs":[{"type":"string","shape":[2]}]},
      {"data":[${points.join()}],"channel":{"name":"N"},"configs":[{"type":"float64","shape":[2]}]}]`;
    const sink = new RecordingSink();
    const { channels } = readReply(reply, sink, { memoryBudget: megabytes * 1024 * 1024 });
    for (const name of ['T', 'N']) {
      const { rows } = sink.channel(name);
      expect(rows.map(({ pulseId }) => Number(pulseId))).toStrictEqual([...points.keys()]);
      expect(rows.map(({ date }) => date)).toStrictEqual(points.map((_, i) => `d${i}`));
    }
    expect(channels[0].problems.find(({ code }) => code === 'wrong_type')?.count).toBe(30_000);
    expect(channels[1].problems).toContainEqual({
      code: 'wrong_type',
      count: 10_000,
      first_pulse_id: 0,
      example: 'the text "t0" does not fit float64',
    });
    expect(channels[1].problems).toContainEqual({
      code: 'null_value',
      count: 20_000,
      first_pulse_id: 1,
      example: 'null does not fit float64',
    });
  });

  it('keeps values longer than a page, with the type known before or after', () => {
    const shape = [300, 400];
    const images = [0, 1, 2].map((k) =>
      Array.from({ length: 120_000 }, (_, i) => (i * 7 + k) % 4096),
    );
    const data = `"data":${JSON.stringify(images.map((value, i) => ({ pulseId: i, value, shape })))}`;
    const channel = '"channel":{"name":"CAM"}';
    const configs = `"configs":[{"type":"uint16","shape":[300,400]}]`;
    for (const keys of [
      [data, configs, channel],
      [configs, channel, data],
    ]) {
      const sink = new RecordingSink();
      readReply(`[{${keys.join()}}]`, sink, { memoryBudget: 500_000, cuts: [70_001, 140_002] });
      expect(sink.channel('CAM').rows.map(({ value }) => value)).toStrictEqual(images);
    }
  });

  it('is handed on in blocks of bounded size', () => {
    const point = (i: number): string => `{"pulseId":${i},"value":${i}}`;
    const reply = (rows: number): string =>
      `[{"configs":[{"type":"int32","shape":[1]}],"channel":{"name":"A"},"data":[${Array.from({ length: rows }, (_, i) => point(i)).join()}]}]`;
    const sink = new RecordingSink();
    readReply(reply(100_000), sink);
    expect(sink.blocks).toBe(13);
    expect(sink.values('A')).toStrictEqual([...Array(100_000).keys()]);
  });
});

describe('a reply that is none', () => {
  it('carries the server’s message when it is an error', () => {
    const error =
      '{"timestamp": 1, "status": 500, "error": "Internal", "message": "no such backend"}';
    for (const at of [0, 1, 20, 60]) {
      const read = (): unknown => readReply(error, new RecordingSink(), { cuts: [at] });
      expect(read).toThrow(ServerError);
      expect(read).toThrow('no such backend');
    }
    const endless = `{"message": "gone", "stack": [${'"at",'.repeat(300_000)}`;
    expect(failure(endless)).toMatchObject({ code: 'server_error', detail: 'gone' });
    expect(failure('{"status": 404, "error": "x"}')).toMatchObject({
      transient: false,
      status: 404,
    });
    for (const status of ['503', '"503"']) {
      const error = failure(`{"status": ${status}}`);
      expect(error).toMatchObject({ transient: true, code: 'server_error', status: 503 });
    }
  });

  it.each(['[]', ' [ ]\n'])('is empty: %j', (reply) => {
    expect(failure(reply)).toBeInstanceOf(EmptyReply);
  });

  it('was cut off at any byte', () => {
    for (const end of someOf([...Array(DATA_FIRST.length).keys()])) {
      const error = failure(DATA_FIRST.slice(0, end));
      expect(error).toBeInstanceOf(TruncatedReply);
      expect(error).toMatchObject({ transient: true, bytes: end });
    }
  });

  it.each([
    ['<html>', 0],
    ['"text"', 0],
    [`${DATA_LAST} x`, DATA_LAST.length + 1],
    [DATA_LAST.replace('"value"', "'value'"), DATA_LAST.indexOf('"value"')],
    [DATA_LAST.replace('65535', '65x35'), DATA_LAST.indexOf('535,')],
  ])('is malformed: %.20s', (reply, offset) => {
    const error = failure(reply);
    expect(error).toBeInstanceOf(MalformedReply);
    expect(error).toMatchObject({ offset, transient: false });
  });

  function failure(reply: string): unknown {
    try {
      readReply(reply, new RecordingSink());
    } catch (error) {
      return error;
    }
    throw new Error('was accepted');
  }
});

const SAMPLES = new URL('../../../../shared/samples/', import.meta.url);

describe.skipIf(!existsSync(SAMPLES))('recorded replies', () => {
  it.each(['databuffer_reply.json', 'imagebuffer_reply.json.gz'])(
    '%s is read value by value',
    (file) => {
      const raw = readFileSync(new URL(file, SAMPLES));
      const reply = file.endsWith('.gz') ? gunzipSync(raw) : raw;
      const sink = new RecordingSink();
      readReply(reply, sink, { cuts: [1000, 65_536, 200_003] });
      const recorded = JSON.parse(reply.toString()) as {
        channel: { name: string };
        configs: { type: string }[];
        data: { pulseId: number; globalDate: string; value: number | number[] }[];
      }[];
      for (const { channel, configs, data } of recorded) {
        const round = configs[0].type === 'float32' ? Math.fround : (value: number) => value;
        expect(
          sink
            .channel(channel.name)
            .rows.map(({ pulseId, date, present, value }) => [
              Number(pulseId),
              date,
              present,
              value,
            ]),
        ).toStrictEqual(data.map((p) => [p.pulseId, p.globalDate, 1, [p.value].flat().map(round)]));
      }
    },
  );
});
