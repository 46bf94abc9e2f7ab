import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HAS_H5PY, askH5py } from '../src/hdf5/python.fixture.js';
import { valueIn } from '../src/monitoring/exposition.fixture.js';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor, writersConnected } from './support/detector.js';
import { appeared, channelsOf, valuesOf } from './support/hdf5.js';
import type { Service } from './support/service.js';

// As on a beamline, a data buffer and a writer run all the time; brokers come and go.
let beamline: Beamline;
let writer: Service;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  writer = await beamline.writer('--metrics_port', '0');
});

afterAll(() => beamline.clear());

/** Lines of the trail that ask for a file. */
function trailLines(file: string): string[] {
  const lines = readFileSync(beamline.trail, 'utf8').trimEnd().split('\n');
  return lines.filter((line) => line.includes(file));
}

function pulses(start: number, end: number): bigint[] {
  return Array.from({ length: end - start + 1 }, (_, n) => BigInt(start + n));
}

async function statistics(at = beamline): Promise<Record<string, unknown>> {
  const { json } = await call('GET', `${at.url}/statistics`);
  return json.statistics as Record<string, unknown>;
}

describe('an acquisition, from DIA’s calls to the file', () => {
  let broker: Service;

  beforeAll(async () => {
    broker = await beamline.broker();
  });

  afterAll(() => broker.end('SIGKILL'));

  it('becomes a file for the channels and one for the cameras', async () => {
    const status = async () => (await call('GET', `${beamline.url}/status`)).json;
    expect(await status()).toEqual({ state: 'ok', status: 'stopped' });

    const channels = ['SIMULATOR-PULSE-ID', 'SIMULATOR-10HZ', 'SIMULATOR-CAMERA-SMALL:FPICTURE'];
    const parameters = { ...parametersFor(beamline.file('run.h5'), channels), further: [1] };
    const posted = await call('POST', `${beamline.url}/parameters`, parameters);
    expect(posted.json).toEqual({ state: 'ok', status: 'configured', parameters });
    // Two detectors, each at its own first and last frame.
    for (const path of ['start_pulse_id/1000', '/start_pulse_id/1000']) {
      expect(await call('PUT', `${beamline.url}/${path}`)).toMatchObject({ code: 200, text: '' });
      expect((await status()).status).toBe('receiving');
    }
    for (const path of ['stop_pulse_id/1099', 'stop_pulse_id/1099']) {
      expect(await call('PUT', `${beamline.url}/${path}`)).toMatchObject({ code: 200, text: '' });
      expect((await status()).status).toBe('stopped');
    }

    const run = beamline.file('run.h5');
    expect((await channelsOf(run)).sort()).toEqual(['SIMULATOR-10HZ', 'SIMULATOR-PULSE-ID']);
    expect(await valuesOf(run, '/data/SIMULATOR-PULSE-ID/data')).toEqual(pulses(1000, 1099));
    expect(await valuesOf(run, '/data/SIMULATOR-10HZ/pulse_id')).toHaveLength(10);
    expect(await channelsOf(beamline.file('run.IMAGES.h5'))).toEqual([
      'SIMULATOR-CAMERA-SMALL:FPICTURE',
    ]);
    expect(trailLines(beamline.file('run.'))).toHaveLength(2);
    expect(await statistics()).toMatchObject({ n_processed_requests: 1 });
  });

  it.skipIf(!HAS_H5PY)(
    'makes files that h5py reads, with the mask that readers rely on',
    async () => {
      const channels = [
        'SIMULATOR-NULLS',
        'SIMULATOR-SCALAR-STRING-1',
        'SIMULATOR-CAMERA-SMALL:FPICTURE',
      ];
      const parameters = parametersFor(beamline.file('read.h5'), channels);
      await acquire(beamline.url, parameters, 1000, 1019);
      const [run, images] = await Promise.all(
        ['read.h5', 'read.IMAGES.h5'].map((name) => appeared(beamline.file(name))),
      );
      const inRun = askH5py(run, [
        "nulls, texts = f['data/SIMULATOR-NULLS'], f['data/SIMULATOR-SCALAR-STRING-1/data']",
        "mask = nulls['is_data_present'][:]",
        'print(json.dumps({',
        "  'mask': str(mask.dtype), 'present': nulls['data'][:][mask].shape,",
        "  'absent': nulls['pulse_id'][:][~mask].tolist(),",
        "  'texts': [texts.shape, h5py.check_string_dtype(texts.dtype).encoding]}))",
      ]);
      expect(inRun).toEqual({
        mask: 'bool',
        present: [18, 1],
        absent: [1000, 1010],
        texts: [[20, 1], 'utf-8'],
      });
      const camera = askH5py(images, [
        "data = f['data/SIMULATOR-CAMERA-SMALL:FPICTURE/data']",
        'print(json.dumps([data.shape, str(data.dtype)]))',
      ]);
      expect(camera).toEqual([[5, 120, 160], 'uint16']);
    },
  );

  it('goes through the motions for /dev/null', async () => {
    await acquire(beamline.url, parametersFor('/dev/null', ['SIMULATOR-PULSE-ID']), 1, 2);
    const event = await writer.event(
      ({ output_file, rows }) => output_file === '/dev/null' && rows !== undefined,
    );
    expect(event).toMatchObject({ level: 'INFO', rows: 2 });
  });

  it('is counted by its writer, which is ready for the next', async () => {
    const { metrics_url: metrics } = await writer.logged('can be watched');
    const scrape = async () => (await request(metrics as string)).body.text();
    const before = await scrape();
    const file = beamline.file('counted.h5');
    const channels = ['SIMULATOR-PULSE-ID', 'NOT-RECORDED'];
    await acquire(beamline.url, parametersFor(file, channels), 1, 50);
    await writer.event(({ msg, output_file }) => msg === 'file written' && output_file === file);
    const after = await scrape();
    const grown = (name: string, labels = {}) => {
      const [then, now] = [before, after].map((text) =>
        valueIn(text, `sf_databuffer_writer_${name}`, labels),
      );
      return now! - then!;
    };
    expect(grown('requests_settled_total', { outcome: 'written' })).toBe(1);
    expect(grown('rows_written_total')).toBe(50);
    expect(grown('file_bytes_total')).toBe(statSync(file).size);
    expect(grown('reply_bytes_total')).toBeGreaterThan(50);
    expect(grown('channels_not_written_total', { code: 'missing' })).toBe(1);
    for (const phase of ['retrieval', 'write']) {
      expect(grown(`${phase}_seconds_count`)).toBe(1);
      expect(grown(`${phase}_seconds_sum`)).toBeGreaterThan(0);
    }
    const ready = await call('GET', (metrics as string).replace('metrics', 'health/ready'));
    expect(ready).toMatchObject({ code: 200, json: { status: 'ok' } });
  });
});

describe('an acquisition, with a broker of its own', () => {
  it('is only recorded with --audit_trail_only, until /kill, and can be written from the trail', async () => {
    const trail = join(beamline.folder, 'recorded.log');
    const broker = await beamline.broker('--audit_trail_only', '--audit_file', trail);
    await writersConnected(beamline.url, 1);
    const file = beamline.file('recorded.h5');
    await acquire(beamline.url, parametersFor(file, ['SIMULATOR-PULSE-ID']), 5, 7);
    expect(await statistics()).toMatchObject({ requests_queued: 0, requests_sent: 0 });
    expect(await call('GET', `${beamline.url}/kill`)).toMatchObject({ code: 200, text: '' });
    expect(await broker.exitCode()).toBe(0);
    expect(existsSync(file)).toBe(false);

    const write = beamline.run('write', trail, ...beamline.writerFlags());
    await write.succeeds();
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([5n, 6n, 7n]);
    expect(writer.events.some(({ output_file }) => output_file === file)).toBe(false);
  });

  it('waits for a writer, ends in an error file when its data can’t be had, and in a file when it is written again', async () => {
    const away = await Beamline.withoutData();
    try {
      await away.broker();
      const files = [1, 2, 3].map((n) => away.file(`folder/that/is/new/run${n}.h5`));
      for (const file of files) {
        await acquire(away.url, parametersFor(file, ['SIMULATOR-PULSE-ID']), 1, 2);
      }
      expect(await statistics(away)).toMatchObject({
        n_processed_requests: 3,
        requests_queued: 3,
      });

      const [late] = await Promise.all([
        away.writer('--retries', '0'),
        ...files.map((file) => appeared(`${file}.err`)),
      ]);
      const errorFiles = files.map((file) => readFileSync(`${file}.err`, 'utf8'));
      expect(errorFiles.join('')).toBe(readFileSync(away.trail, 'utf8'));
      expect(await late.logged('request failed')).toMatchObject({
        level: 'ERROR',
        output_file: expect.stringContaining('new/run'),
        start_pulse_id: 1,
        stop_pulse_id: 2,
      });

      // It would see for itself that the data is there, and write the file.
      await late.end();
      await away.simulator();
      const [file] = files;
      const write = away.run('write', `${file}.err`, ...away.writerFlags());
      await write.succeeds();
      expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([1n, 2n]);
      expect(existsSync(`${file}.err`)).toBe(false);
    } finally {
      await away.clear();
    }
  });
});
