import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabServer } from '../../src/databuffer/probe/lab-server.fixture.js';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { Beamline } from '../support/beamline.js';
import { acquire, call, parametersFor } from '../support/detector.js';
import { valuesOf } from '../support/hdf5.js';
import { poll } from '../support/poll.js';

const SERVER = fileURLToPath(new URL('../../examples/data_buffer.py', import.meta.url));
const API4_SERVER = fileURLToPath(new URL('../../examples/data_api4.py', import.meta.url));
const HAS_PYTHON = spawnSync('python3', ['--version']).status === 0;
const CHANNELS = ['LAB:PULSE', 'LAB:LOAD', 'LAB:WAVE'];

interface RepliedChannel {
  readonly channel: { readonly name: string };
  readonly data: readonly { readonly pulseId: number; readonly value: unknown }[];
}

describe.runIf(HAS_PYTHON)('the data buffer of the examples (skipped without python3)', () => {
  let beamline: Beamline;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    beamline = await Beamline.withoutData();
    const port = await freePort();
    url = `http://127.0.0.1:${port}/query`;
    server = spawn('python3', [SERVER, String(port)], { stdio: 'ignore' });
    await poll(() => pulses().catch(() => undefined));
  });

  afterAll(async () => {
    await beamline.clear();
    server.kill();
    await once(server, 'exit');
  });

  async function replied(range: object): Promise<readonly RepliedChannel[]> {
    const channels = CHANNELS.map((name) => ({ name }));
    const { text } = await call('POST', url, { channels, range });
    return JSON.parse(text) as RepliedChannel[];
  }

  /** Ten pulses that all channels have; undefined as long as there are fewer. */
  async function pulses(): Promise<readonly number[] | undefined> {
    const now = Date.now() / 1000;
    const channels = await replied({ startSeconds: String(now - 60), endSeconds: String(now) });
    // The last one may not be there for all channels yet.
    const found = channels[0].data.map(({ pulseId }) => pulseId).slice(-11, -1);
    return found.length === 10 ? found : undefined;
  }

  it('has all that a writer relies on, says probe', async () => {
    await poll(pulses);
    const probe = beamline.run('probe', '--data_api_url', url);
    await probe.succeeds();
    expect(probe.output).toMatch(/^A writer finds all that it relies on\.$/m);
    // One of each shape first.
    expect(probe.output).toContain('asks for LAB:PULSE, LAB:WAVE, LAB:LOAD, pulses ');

    const wave = beamline.run('probe', '--data_api_url', url, '--channels', 'LAB:WAVE', '--json');
    await wave.succeeds();
    expect(JSON.parse(wave.output)).toMatchObject({
      ...{ deviations: 0, complete: true },
      apis: [{ url, protocol: 'json', channels: ['LAB:WAVE'] }],
    });

    const past = ['--channels', 'LAB:WAVE', '--pulses', '1000-1009'];
    const without = beamline.run('probe', '--data_api_url', url, ...past);
    expect(await without.exitCode()).toBe(1);
    expect(without.output).toMatch(
      /DEVIATION {2}pulses 1000 to 1009 have no data\n +cost {4}files/,
    );

    const wrong = beamline.run('probe', '--data_api_url', url, '--pulses', '9-1', '--channels');
    expect(await wrong.exitCode()).toBe(2);
    expect(wrong.said).toMatch(/--channels needs names.*--pulses needs FIRST-LAST/s);
  });

  it('fills a file by start --data_api_url, beside no simulator', async () => {
    const start = beamline.run(
      ...['start', '--data_api_url', url, '--rest_port', '0', '--output_port', '0'],
      ...['--state_dir', beamline.state],
    );
    const broker = await start.until(() => /\nPage {2}(\S+)\/\n$/.exec(start.output)?.[1]);
    expect(start.output).toContain(`Data buffer    ${url}\n`);
    expect(start.output).not.toMatch(/simulat/i);
    const found = await poll(pulses);
    const [first, last] = [found[0], found.at(-1)!];
    await acquire(broker, parametersFor('own.h5', CHANNELS), first, last);
    await start.logged('file written');

    const data = await replied({ startPulseId: first, endPulseId: last });
    const file = join(beamline.folder, 'data/own.h5');
    expect(await valuesOf(file, '/data/LAB:PULSE/data')).toEqual(found.map(BigInt));
    for (const { channel, data: points } of data.slice(1)) {
      const values = points.flatMap(({ value }) => value as number | number[]);
      const sent = channel.name === 'LAB:WAVE' ? values.map(Math.fround) : values;
      expect(await valuesOf(file, `/data/${channel.name}/data`)).toEqual(sent);
    }
    // The page finds channels at that server as well.
    const { json } = await call('GET', `${broker}/channels?search=wav`);
    expect(json.channels).toEqual([{ name: 'LAB:WAVE', source: 'data_api' }]);
    expect(await start.end('SIGINT')).toBe(0);
  });
});

describe.runIf(HAS_PYTHON)('the data API 4 of the examples (skipped without python3)', () => {
  let beamline: Beamline;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    beamline = await Beamline.withoutData();
    const port = await freePort();
    url = `http://127.0.0.1:${port}/api/4`;
    server = spawn('python3', [API4_SERVER, String(port)], { stdio: 'ignore' });
    const begun = Math.ceil(Date.now() / 100);
    const mapped = `${url}/map/pulse/sf-databuffer/${begun + 25}`;
    await poll(async () => {
      const reply = await fetch(mapped).catch(() => undefined);
      return reply?.status === 200 ? true : undefined;
    });
  });

  afterAll(async () => {
    await beamline.clear();
    server.kill();
    await once(server, 'exit');
  });

  it('has all that a writer relies on, says probe', async () => {
    const probe = beamline.run('probe', '--data_api_url', url, '--data_api_protocol', 'api4');
    await probe.succeeds();
    expect(probe.output).toMatch(/^A writer finds all that it relies on\.$/m);
    expect(probe.output).toContain('asks for LAB:PULSE, LAB:WAVE, LAB:LOAD, pulses ');
  });

  it('fills a file by start --data_api_protocol api4', async () => {
    const start = beamline.run(
      ...['start', '--data_api_url', url, '--data_api_protocol', 'api4', '--rest_port', '0'],
      ...['--output_port', '0', '--state_dir', beamline.state],
    );
    const broker = await start.until(() => /\nPage {2}(\S+)\/\n$/.exec(start.output)?.[1]);
    const last = Math.floor(Date.now() / 100);
    await acquire(broker, parametersFor('own.h5', CHANNELS), last - 9, last);
    await start.logged('file written');

    const file = join(beamline.folder, 'data/own.h5');
    const pulses = Array.from({ length: 10 }, (_, i) => last - 9 + i);
    expect(await valuesOf(file, '/data/LAB:PULSE/data')).toEqual(pulses.map(BigInt));
    expect(await valuesOf(file, '/data/LAB:PULSE/pulse_id')).toEqual(pulses.map(BigInt));
    const waves = pulses.flatMap((pulse) =>
      Array.from({ length: 100 }, (_, i) => Math.fround(Math.sin((i + pulse) / 10))),
    );
    // Python's sine may differ in the last digit.
    const written = (await valuesOf(file, '/data/LAB:WAVE/data')) as number[];
    expect(written.map((value) => value.toFixed(6))).toEqual(waves.map((each) => each.toFixed(6)));
    expect(await start.end('SIGINT')).toBe(0);
  });
});

it('probe sends the headers of a file, and shows none', async () => {
  const labs = new LabServer();
  const beamline = await Beamline.withoutData();
  try {
    const token = 'Bearer what-nobody-reads';
    const url = await labs.start({
      instead: ({ headers }, response) => {
        if (headers.authorization === token) return false;
        response.writeHead(401).end(`not ${headers.authorization ?? 'known'}`);
        return true;
      },
    });
    const file = join(beamline.folder, 'headers');
    const probe = (...args: string[]) => beamline.run('probe', '--data_api_url', url, ...args);
    writeFileSync(file, `Authorization: ${token}\n`, { mode: 0o600 });
    const known = probe('--data_api_headers_file', file);
    await known.succeeds();

    const without = probe();
    expect(await without.exitCode()).toBe(1);
    expect(without.output).toContain('--data_api_headers_file');

    writeFileSync(file, `Authorization: ${token}-no-more\n`);
    const refused = probe('--data_api_headers_file', file);
    expect(await refused.exitCode()).toBe(1);
    expect(refused.output).toMatch(/DEVIATION {2}.*HTTP 401.*renew them/);
    for (const { said } of [known, without, refused]) expect(said).not.toContain('what-nobody');
  } finally {
    await beamline.clear();
    await labs.close();
  }
});

it('start takes no port for a simulator that it does not start', async () => {
  const beamline = await Beamline.withoutData();
  try {
    const start = beamline.run('start', '--data_api_url', 'http://localhost/query', '--port', '1');
    expect(await start.exitCode()).toBe(2);
    expect(start.said).toContain('--port is of the simulated data buffer');
  } finally {
    await beamline.clear();
  }
});
