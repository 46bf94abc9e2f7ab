import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HAS_H5PY, askH5py } from '../src/hdf5/python.fixture.js';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor } from './support/detector.js';
import { appeared, channelsOf, valuesOf } from './support/hdf5.js';
import { poll } from './support/poll.js';

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

function trailLines(): string[] {
  return readFileSync(beamline.trail, 'utf8').trimEnd().split('\n');
}

function pulses(start: number, end: number): bigint[] {
  return Array.from({ length: end - start + 1 }, (_, n) => BigInt(start + n));
}

describe('an acquisition, from DIA’s calls to the file', () => {
  it('becomes a file for the channels and one for the cameras', async () => {
    await Promise.all([beamline.simulator(), beamline.broker(), beamline.writer()]);
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
    expect(trailLines()).toHaveLength(2);
    const { statistics } = (await call('GET', `${beamline.url}/statistics`)).json;
    expect(statistics).toMatchObject({ n_processed_requests: 1 });
  });

  it.skipIf(!HAS_H5PY)(
    'makes files that h5py reads, with the mask that readers rely on',
    async () => {
      await Promise.all([beamline.simulator(), beamline.broker(), beamline.writer()]);
      const channels = [
        'SIMULATOR-NULLS',
        'SIMULATOR-SCALAR-STRING-1',
        'SIMULATOR-CAMERA-SMALL:FPICTURE',
      ];
      const parameters = parametersFor(beamline.file('run.h5'), channels);
      await acquire(beamline.url, parameters, 1000, 1019);
      const [run, images] = await Promise.all(
        ['run.h5', 'run.IMAGES.h5'].map((name) => appeared(beamline.file(name))),
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

  it('is dealt out to two writers, one of which is killed and comes back', async () => {
    await beamline.simulator();
    await beamline.broker();
    const [first, second] = [await beamline.writer(), await beamline.writer()];
    const acquireRun = (n: number) =>
      acquire(
        beamline.url,
        parametersFor(beamline.file(`run${n}.h5`), ['SIMULATOR-PULSE-ID']),
        n * 1000,
        n * 1000 + 50,
      );
    await acquireRun(1);
    await acquireRun(2);
    await Promise.all([first.logged('file written'), second.logged('file written')]);

    await first.end('SIGKILL');
    await poll(async () => {
      const { statistics } = (await call('GET', `${beamline.url}/statistics`)).json;
      return (statistics as { writers_connected: number }).writers_connected === 1 || undefined;
    });
    await acquireRun(3);
    await beamline.writer();
    await acquireRun(4);
    await acquireRun(5);
    for (const n of [1, 2, 3, 4, 5]) {
      const written = await valuesOf(beamline.file(`run${n}.h5`), '/data/SIMULATOR-PULSE-ID/data');
      expect(written).toEqual(pulses(n * 1000, n * 1000 + 50));
    }
  });

  it('waits for a writer that comes later, and the calls do not', async () => {
    await beamline.simulator();
    await beamline.broker();
    for (const n of [1, 2, 3]) {
      const file = beamline.file(`run${n}.h5`);
      await acquire(beamline.url, parametersFor(file, ['SIMULATOR-PULSE-ID']), n, n);
    }
    const { json } = await call('GET', `${beamline.url}/statistics`);
    expect(json.statistics).toMatchObject({ n_processed_requests: 3, requests_queued: 3 });
    await beamline.writer();
    for (const n of [1, 2, 3]) {
      const file = beamline.file(`run${n}.h5`);
      expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([BigInt(n)]);
    }
  });

  it('is only recorded with --audit_trail_only, and can be written from the trail', async () => {
    await beamline.simulator();
    const broker = await beamline.broker('--audit_trail_only');
    const writer = await beamline.writer();
    const file = beamline.file('run.h5');
    await acquire(beamline.url, parametersFor(file, ['SIMULATOR-PULSE-ID']), 5, 7);
    expect(await broker.end()).toBe(0);
    expect(await writer.end()).toBe(0);
    expect(writer.events.some(({ msg }) => msg === 'request received')).toBe(false);
    expect(existsSync(file)).toBe(false);
    expect(trailLines()).toHaveLength(1);

    const write = beamline.run('write', beamline.trail, ...beamline.writerFlags());
    await write.succeeds();
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([5n, 6n, 7n]);
  });

  it('survives a broker that is killed between start and stop', async () => {
    await beamline.simulator();
    await beamline.writer();
    const first = await beamline.broker();
    const file = beamline.file('run.h5');
    await call('POST', `${beamline.url}/parameters`, parametersFor(file, ['SIMULATOR-PULSE-ID']));
    await call('PUT', `${beamline.url}/start_pulse_id/10`);
    await first.end('SIGKILL');

    const second = await beamline.broker();
    expect((await call('GET', `${beamline.url}/status`)).json.status).toBe('receiving');
    await call('PUT', `${beamline.url}/stop_pulse_id/12`);
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([10n, 11n, 12n]);
    await second.end('SIGKILL');

    await beamline.broker();
    expect((await call('GET', `${beamline.url}/status`)).json.status).toBe('stopped');
    await call('PUT', `${beamline.url}/stop_pulse_id/12`);
    expect(trailLines()).toHaveLength(1);
  });

  it('ends in an error file when its data can’t be had, and in a file when it is written again', async () => {
    await beamline.broker();
    const writer = await beamline.writer('--retries', '0');
    const file = beamline.file('folder/that/is/new/run.h5');
    await acquire(beamline.url, parametersFor(file, ['SIMULATOR-PULSE-ID']), 1, 2);
    await appeared(`${file}.err`);
    expect(readFileSync(`${file}.err`, 'utf8')).toBe(readFileSync(beamline.trail, 'utf8'));
    expect(await writer.logged('request failed')).toMatchObject({
      level: 'ERROR',
      output_file: file,
      start_pulse_id: 1,
      stop_pulse_id: 2,
    });

    await beamline.simulator();
    const write = beamline.run('write', `${file}.err`, ...beamline.writerFlags());
    await write.succeeds();
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([1n, 2n]);
    expect(existsSync(`${file}.err`)).toBe(false);
  });

  it('ends with /kill, which answers first', async () => {
    const broker = await beamline.broker();
    expect(await call('GET', `${beamline.url}/kill`)).toMatchObject({ code: 200, text: '' });
    expect(await broker.exitCode()).toBe(0);
  });

  it('goes through the motions for /dev/null', async () => {
    await beamline.simulator();
    await beamline.broker();
    const writer = await beamline.writer();
    await acquire(beamline.url, parametersFor('/dev/null', ['SIMULATOR-PULSE-ID']), 1, 2);
    const event = await writer.event(
      ({ output_file, rows }) => output_file === '/dev/null' && rows !== undefined,
    );
    expect(event).toMatchObject({ level: 'INFO', rows: 2 });
  });
});
