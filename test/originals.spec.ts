import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Pull, Push } from 'zeromq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Beamline } from './support/beamline.js';
import { acquire, call, parametersFor } from './support/detector.js';
import { appeared, valuesOf } from './support/hdf5.js';
import { originalMessage, readAsOriginal } from './support/original.js';

const query = (names: readonly string[]) => ({
  channels: names.map((name) => ({ name, backend: 'sf-databuffer' })),
  range: { startPulseId: 10, endPulseId: 12 },
  response: { format: 'json', compression: 'none' },
  eventFields: ['channel', 'pulseId', 'value', 'shape', 'globalDate'],
  configFields: ['type', 'shape'],
});

describe('a writer of ours with a broker of the Python implementation', () => {
  let beamline: Beamline;
  let broker: Push;
  let sent = 0;

  beforeAll(async () => {
    beamline = await Beamline.prepare();
    broker = new Push();
    await broker.bind(beamline.stream);
    await beamline.writer('--retries', '0');
  });

  afterAll(async () => {
    broker.close();
    await beamline.clear();
  });

  async function send(dataApiRequest: string, parameters: string): Promise<void> {
    await broker.send(originalMessage(sent++, dataApiRequest, parameters, 1529914272.25));
  }

  it('writes what it is sent, and keeps what it can’t', async () => {
    const file = beamline.file('run.h5');
    await send(JSON.stringify(query(['SIMULATOR-PULSE-ID'])), JSON.stringify(parametersFor(file)));
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([10n, 11n, 12n]);
    expect(await valuesOf(file, '/general/user')).toEqual(['p12345']);

    // A field that is bad JSON, no channels at all, another folder: each leaves an error file.
    const broken = beamline.file('new/broken.h5');
    await send('{"channels": [', JSON.stringify(parametersFor(broken)));
    const line = readFileSync(await appeared(`${broken}.err`), 'utf8');
    expect(line).toMatch(
      /^\[\d{8}-\d{6}\] \{"data_api_request": ".*"timestamp": 1529914272.25\}\n$/,
    );
    const empty = beamline.file('empty.h5');
    await send(JSON.stringify(query([])), JSON.stringify(parametersFor(empty)));
    await appeared(`${empty}.err`);
    await send('null', '{"output_file":');
    await send('{}', JSON.stringify(parametersFor('/etc/passwd')));
    await send(JSON.stringify(query(['SIMULATOR-PULSE-ID'])), JSON.stringify(parametersFor(file)));
  });

  it('outlives messages that could not be read, and keeps them', async () => {
    const noise = Buffer.alloc(10 * 1024 * 1024, 'noise');
    await broker.send([noise]);
    await broker.send([Buffer.from('{'), Buffer.from('}')]);
    const good = originalMessage(1, '{}', '{}', 1);
    await broker.send(good.slice(0, 5));
    await broker.send([
      good[0],
      Buffer.from(good[1].toString().replace('string', 'strong')),
      ...good.slice(2),
    ]);

    const file = beamline.file('after.h5');
    await send(JSON.stringify(query(['SIMULATOR-PULSE-ID'])), JSON.stringify(parametersFor(file)));
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toEqual([10n, 11n, 12n]);
    const rejected = readdirSync(beamline.state, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.includes('rejected') && /\.\w+$/.test(name),
    );
    expect(rejected.length).toBeGreaterThan(0);
    for (const name of rejected) expect(existsSync(join(beamline.state, name))).toBe(true);
  });
});

describe('a broker of ours with a writer of the Python implementation', () => {
  it('sends what such a writer understands', async () => {
    const beamline = await Beamline.prepare();
    const writer = new Pull();
    writer.connect(beamline.stream);
    try {
      await beamline.broker();
      const parameters = {
        ...parametersFor(beamline.file('run.h5'), ['A', 'B', 'A', 'C:FPICTURE']),
        further: { kept: ['ü', 1.5] },
      };
      await acquire(beamline.url, parameters, 10, 12);
      const [first, second] = [await writer.receive(), await writer.receive()].map(readAsOriginal);
      expect(first.channelNames).toEqual([
        'data_api_request',
        'parameters',
        'timestamp',
        'request_id',
        'lane',
        'trail_id',
        'sequence',
        'attempt',
      ]);
      expect([first.pulseId, second.pulseId]).toEqual([0, 1]);
      expect(first.dataApiRequest).toEqual(query(['A', 'B']));
      expect(second.dataApiRequest).toMatchObject({
        channels: [{ name: 'C:FPICTURE', backend: 'sf-imagebuffer' }],
      });
      expect(first.parameters).toMatchObject({
        output_file: beamline.file('run.h5'),
        further: { kept: ['ü', 1.5] },
      });
      expect(second.parameters.output_file).toBe(beamline.file('run.IMAGES.h5'));
      expect(Math.abs(first.timestamp - Date.now() / 1000)).toBeLessThan(60);
      const { statistics } = (await call('GET', `${beamline.url}/statistics`)).json;
      expect(statistics).toMatchObject({ n_processed_requests: 1, requests_sent: 2 });
    } finally {
      writer.close();
      await beamline.clear();
    }
  });
});
