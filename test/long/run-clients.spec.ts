import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { Beamline } from '../support/beamline.js';
import { call } from '../support/detector.js';
import { channelsOf } from '../support/hdf5.js';
import { Eco, EcoOf2022, EcoOfFirstGeneration } from '../support/run-clients/eco.js';
import { FirstClient } from '../support/run-clients/first-client.js';
import {
  BrokerError,
  Slic,
  SlicOfFirstGeneration,
  SlicOfSecondGeneration,
} from '../support/run-clients/slic.js';

// Clients of each generation, written from what they send, read and look for on disk.

const CHANNELS = ['SIMULATOR-PULSE-ID', 'SIMULATOR-SCALAR-FLOAT64-1'];
const CAMERA = 'SIMULATOR-CAMERA-SMALL:FPICTURE';
const ASKED = { channels: [...CHANNELS, CAMERA], start: 1000, n: 10 };

const COMPLETE = [true, true];

/** A broker of one layout, with a writer. */
class RunsBeamline {
  beamline!: Beamline;
  slowPort!: number;

  async start(layout: string): Promise<void> {
    this.beamline = await Beamline.prepare();
    this.slowPort = await freePort();
    mkdirSync(this.raw, { recursive: true });
    await this.beamline.broker(
      ...['--pgroup_root', join(this.beamline.folder, '{pgroup}', 'raw'), '--run_layout', layout],
      ...['--beamlines', 'simulator=127.0.0.0/8', '--slow_rest_port', String(this.slowPort)],
      ...['--detectors', 'simulator=JF01T03V01'],
    );
    await this.beamline.writer('--output_root', this.raw);
  }

  get raw(): string {
    return join(this.beamline.folder, 'p12345', 'raw');
  }

  get url(): string {
    return this.beamline.url;
  }

  /** Waits until all files of a run are settled, and looks whether all that was asked for is there. */
  async outcome(run: number): Promise<unknown> {
    const { json } = await call('GET', `${this.url}/runs/p12345/${run}/wait?timeout=50`);
    return [json.settled, (json.run as { complete: boolean }).complete];
  }

  json(...path: string[]): Record<string, unknown> {
    return JSON.parse(readFileSync(join(this.raw, ...path), 'utf8')) as Record<string, unknown>;
  }
}

describe('clients of the first generation, in the flat layout', () => {
  const at = new RunsBeamline();
  beforeAll(() => at.start('flat'));
  afterAll(() => at.beamline.clear());

  it('the client of the original', async () => {
    const client = new FirstClient(at.url);
    const pulses = { start_pulseid: 1000, stop_pulseid: 1009 };
    const asked = { pgroup: 'p12345', channels: ASKED.channels, ...pulses };
    const scan_info = { scan_name: 'first', motors_value: [1], motors_readback_value: [1.1] };
    for (const output_directory of [null, 'a/b']) {
      const said = await client.retrieve({ ...asked, output_directory, scan_info });
      const run = client.lastRun(at.raw);
      expect(said).toBe(`success: run number(request_id) is ${run}`);
      expect(await at.outcome(run)).toEqual(COMPLETE);
      const name = `run_${String(run).padStart(6, '0')}`;
      const file = join(at.raw, output_directory ?? '', name);
      expect((await channelsOf(`${file}.BSREAD.h5`)).toSorted()).toEqual(CHANNELS);
      const metadata = at.json(`run_info/000000/${name}.json`);
      expect(metadata).toMatchObject({ ...pulses, run_number: run, pgroup: 'p12345' });
      expect(metadata.directory_name ?? 'left out').not.toBeNull();
    }
    expect(at.json('scan_info/first.json')).toMatchObject({
      scan_values: [[1], [1]],
      scan_readbacks: [[1.1], [1.1]],
      pulseIds: [
        [1000, 1009],
        [1000, 1009],
      ],
    });
    expect(await client.retrieve({ ...asked, rate_multiplicator: 3 })).toMatch(
      /^failed: .*rate_multiplicator must be one of/,
    );
    expect(await client.retrieve({ pgroup: 'p12345', ...pulses })).toMatch(/^failed: /);
  });

  it('slic', async () => {
    const slic = new SlicOfFirstGeneration(at.url, 'p12345');
    const detectors = { JF01T03V01: {} };
    const run = await slic.retrieve({ ...ASKED, rate: 2 }, 'slic');
    expect(await at.outcome(run)).toEqual(COMPLETE);
    // Nobody writes the detector here.
    const without = await slic.retrieve({ ...ASKED, detectors }, 'slic');
    expect(await at.outcome(without)).toEqual([true, false]);
    await expect(slic.retrieve({ ...ASKED, detectors: { JF99: {} } }, 'slic')).rejects.toThrow(
      /JF99.* is no detector of this beamline/,
    );
  });

  it('eco', async () => {
    const eco = new EcoOfFirstGeneration(at.url, 'p12345', at.raw);
    for (const directory of [undefined, 'eco']) {
      const files = await eco.retrieve({ ...ASKED, cameras: ['SIMULATOR-CAMERA-1'] }, directory);
      const run = Number(/run_(\d+)/.exec(files[0])![1]);
      const { json } = await call('GET', `${at.url}/runs/p12345/${run}`);
      const { acquisitions_list } = json.run as {
        acquisitions_list: { files: { output_file: string }[] }[];
      };
      const promised = acquisitions_list[0].files.map(({ output_file }) => output_file);
      expect(files).toEqual(promised);
    }
  });
});

describe('clients since 2022, with folders of runs', () => {
  const at = new RunsBeamline();
  beforeAll(() => at.start('run'));
  afterAll(() => at.beamline.clear());

  it.each([
    ['of 2022', SlicOfSecondGeneration],
    ['of today', Slic],
  ])('slic %s', async (_name, Client) => {
    const slic = new Client(at.url, 'p12345');
    const run = await slic.nextRun();
    expect(await slic.lastRun()).toBe(run);
    const scan_info = {
      scan_name: 's',
      name: ['m'],
      Id: ['i'],
      units: ['mm'],
      offset: [0],
      conversion_factor: [1],
    };
    const steps = [];
    for (const step of [0, 1]) {
      const values = {
        scan_values: [step],
        scan_readbacks: [step + 0.1],
        scan_readbacks_raw: [step],
      };
      const asked = { ...ASKED, start: 1000 + 20 * step, scan_info: { ...scan_info, ...values } };
      steps.push(await slic.retrieve(asked, run, 'dark & cold'));
    }
    expect(steps.map(({ acquisition }) => acquisition)).toEqual([1, 2]);
    expect(steps[1].unique).toBe(steps[0].unique + 1);
    const folder = `run${String(run).padStart(4, '0')}-dark___cold`;
    expect(steps[0].files).toEqual(
      ['BSDATA', 'CAMERAS'].map((kind) => join(at.raw, folder, `data/acq0001.${kind}.h5`)),
    );
    expect(await at.outcome(run)).toEqual(COMPLETE);
    expect(at.json(folder, 'meta/scan.json')).toMatchObject({
      scan_files: steps.map(({ files }) => files),
      scan_values: [[0], [1]],
      scan_parameters: { name: ['m'], units: ['mm'] },
      // One more than asked for, as slic has it.
      pulseIds: [
        [1000, 1010],
        [1020, 1030],
      ],
    });
    await expect(slic.retrieve(ASKED, run, 'another')).rejects.toThrow(BrokerError);
    await expect(slic.retrieve(ASKED, run + 100)).rejects.toThrow(/was not given out yet/);
  });

  it('slic’s program that acquires again', async () => {
    const slic = new Slic(at.url, 'p12345');
    const run = await slic.nextRun();
    const [file] = (await slic.retrieve(ASKED, run)).files;
    const again = await slic.postRetrieve(join(file, '../../meta/acq0001.json'));
    expect(Number(again.run_number)).toBe(run + 1);
    expect(await at.outcome(run + 1)).toEqual(COMPLETE);
    const folder = `run${String(run + 1).padStart(4, '0')}`;
    expect(at.json(folder, 'meta/acq0001.json')).toMatchObject({
      client_name: 'post_retrieve',
      user_tag: `_rerun${String(run).padStart(4, '0')}`,
      run_number: run + 1,
      acquisition_number: 1,
      unique_acquisition_run_number: Number(again.unique_acquisition_number),
      request_ids: again.request_ids,
      files: again.files,
    });
  });

  it('eco of 2022', async () => {
    const eco = new EcoOf2022(at.url, 'p12345', at.raw);
    const run = await eco.takeRun();
    expect(await eco.retrieve(ASKED, run)).toMatchObject({ run });
    expect(await at.outcome(run)).toEqual(COMPLETE);
  });

  it.each([
    ['eco', 10, {}],
    ['its successor', 2, { selected_pulse_ids: [1001, 1003] }],
  ])('%s of today', async (_name, seconds, further) => {
    const eco = new Eco(at.url, 'p12345', at.raw, seconds);
    expect(await eco.allowedDetectors()).toEqual(['JF01T03V01']);
    expect(await eco.runningDetectors()).toEqual([]);
    const run = await eco.takeRun();
    expect(await eco.currentRun()).toBe(run);
    const steps = [];
    for (const step of [0, 1]) {
      const asked = { ...ASKED, start: 1000 + step, cameras: ['SIMULATOR-CAMERA-SMALL:FPICTURE'] };
      steps.push(await eco.step(asked, run, step, further));
    }
    expect(eco.foldersOf(run)).toHaveLength(1);
    expect(steps.map(({ files }) => files)).toEqual(
      ['acq0001', 'acq0002'].map((name) => [`data/${name}.BSDATA.h5`, `data/${name}.CAMERAS.h5`]),
    );
    const upload = join(at.raw, 'status.json');
    writeFileSync(upload, '{}');
    const copied = await eco.copy(`http://127.0.0.1:${at.slowPort}`, run, [upload]);
    expect(copied.destination_files).toEqual({
      [upload]: join(steps[0].folder, 'aux/status.json'),
    });
    expect(await at.outcome(run)).toEqual(COMPLETE);
    await expect(new Eco(at.url, 'p99999', at.raw, seconds).takeRun()).rejects.toThrow(
      "KeyError: 'run_number'",
    );
  });

  it('the last one closes the pgroup, and all others are told', async () => {
    const slic = new Slic(at.url, 'p12345');
    expect(await slic.close()).toContain('p12345');
    await expect(slic.close()).rejects.toThrow(/closed for writing/);
    await expect(slic.nextRun()).rejects.toThrow(/closed for writing/);
    await expect(slic.retrieve(ASKED, 1)).rejects.toThrow(/closed for writing/);
    await expect(new Eco(at.url, 'p12345', at.raw).takeRun()).rejects.toThrow('KeyError');
  });
});
