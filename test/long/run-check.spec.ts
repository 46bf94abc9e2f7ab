import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunCheck } from '../../src/cli/check/check-run.js';
import { Beamline } from '../support/beamline.js';
import { demoOf, expectWhole } from '../support/demo.js';
import { call } from '../support/detector.js';

let beamline: Beamline;
let raw: string;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  raw = join(beamline.output, 'p12345/raw');
});

afterAll(() => beamline.clear());

/** Checks a run. @returns what came, and the exit code */
async function check(run: string): Promise<RunCheck & { readonly exitCode: number | null }> {
  const command = beamline.run('check', '--run', run, '--json');
  const exitCode = await command.exitCode();
  return { ...(JSON.parse(command.output) as RunCheck), exitCode };
}

it('demo --run makes, checks and compares a scan', async () => {
  const demo = await demoOf(beamline, 'run');
  expect(demo).toMatch(/^raw\/run0001\/\n {2}data\/\n {4}acq0001\.BSDATA\.h5\n/m);
  expectWhole(demo, 1);
});

describe('a run', () => {
  it('is checked, and what it lacks is acquired again', async () => {
    mkdirSync(raw, { recursive: true });
    const roots = ['--pgroup_root', join(beamline.output, '{pgroup}/raw')];
    await beamline.broker(...roots, '--beamlines', 'simulator=127.0.0.0/8');
    await beamline.writer();
    const retrieve = async (more: object) => {
      const body = { pgroup: 'p12345', start_pulseid: 1000, stop_pulseid: 1009, ...more };
      const { json } = await call('POST', `${beamline.url}/retrieve_from_buffers`, body);
      return json as unknown as { readonly run_number: string; readonly files: string[] };
    };
    const channels_list = ['SIMULATOR-PULSE-ID', 'SIMULATOR-SCALAR-FLOAT64-1'];
    const camera_list = ['SIMULATOR-CAMERA-SMALL:FPICTURE'];
    const { run_number, files: first } = await retrieve({ channels_list, camera_list });
    const { files: second } = await retrieve({
      run_number: Number(run_number),
      stop_pulseid: 1019,
      channels_list,
      rate_multiplicator: 2,
    });
    const { json } = await call('GET', `${beamline.url}/runs/p12345/1/wait?timeout=60`);
    expect(json).toMatchObject({ settled: true, run: { complete: true } });

    const folder = join(raw, 'run0001');
    const table = beamline.run('check', '--run', folder);
    const whole = await check(folder);
    expect(whole).toMatchObject({ exitCode: 0, complete: true, run_number: 1, findings: [] });
    expect(whole.acquisitions.map(({ files }) => files.map(({ kind }) => kind))).toEqual([
      ['BSDATA', 'CAMERAS'],
      ['BSDATA'],
    ]);
    await table.succeeds();
    expect(table.output).toMatch(
      /^ {2}1 {2}data\/acq0001\.BSDATA\.h5 +complete +2 +0 +20 +1000 +1009$/m,
    );
    expect(table.output).toMatch(
      /^ {2}2 {2}data\/acq0002\.BSDATA\.h5 +complete +2 +0 +\d+ +999 +1019$/m,
    );

    rmSync(first[0]);
    truncateSync(first[1], 100);
    rmSync(second[0]);
    writeFileSync(`${second[0]}.err`, '[20261130-183000] {}');
    const { url, output, state } = beamline;
    const places = ['--output_root', output, '--state_dir', state];
    const replay = ['audit', 'replay', '--run', folder, ...places];
    const listed = beamline.run(...replay, '--dry_run');
    const broken = await check(folder);
    expect(broken).toMatchObject({ exitCode: 1, complete: false });
    expect(broken.findings).toEqual([
      'acq0001.BSDATA.h5: is not there',
      expect.stringMatching(/^acq0001\.CAMERAS\.h5: damaged: /),
      'acq0002.BSDATA.h5: could not be written: its request is in acq0002.BSDATA.h5.err',
    ]);

    await listed.succeeds();
    expect(listed.output).toMatch(/^3 to acquire again$/m);
    const viaBroker = beamline.run(...replay, '--file', 'acq0001.BSDATA.h5', '--broker_url', url);
    await viaBroker.succeeds();
    expect(viaBroker.output).toContain('1 acquired again: 1 written');
    const direct = beamline.run(...replay, '--direct', '--data_api_url', beamline.dataApi);
    await direct.succeeds();
    expect(direct.output).toContain('2 acquired again: 2 written');
    const nothing = beamline.run(...replay, '--broker_url', url);
    expect(await check(folder)).toMatchObject({ exitCode: 0, findings: [] });
    await nothing.succeeds();
    expect(nothing.output).toMatch(/^0 to acquire again$/m);

    // What the broker had written again counts for the run.
    const again = await call('GET', `${beamline.url}/runs/p12345/1`);
    const ids = trail().map(({ request_id }) => request_id);
    expect(again.json).toMatchObject({
      run: {
        acquisitions_list: [{ files: [{ request_id: ids.at(-1), state: 'written' }, {}] }, {}],
      },
    });
  });

  it('has files that are in the layout of an old writer acquired again', async () => {
    const folder = join(raw, 'run0001');
    const file = join(folder, 'data/acq0001.BSDATA.h5');
    const made = trail().find((each) => each.parameters.includes(file));
    await call('POST', `${beamline.url}/requests`, { ...made, layout: undefined });
    const { url, output, state } = beamline;
    await expect
      .poll(async () => (await check(folder)).findings, { timeout: 20_000 })
      .toEqual([expect.stringMatching(/^acq0001\.BSDATA\.h5: has its channels in \/data/)]);
    const places = ['--output_root', output, '--state_dir', state];
    const replay = beamline.run('audit', 'replay', '--run', folder, ...places, '--broker_url', url);
    await replay.succeeds();
    expect(replay.output).toContain('1 acquired again: 1 written');
    expect(await check(folder)).toMatchObject({ exitCode: 0, complete: true });
  });

  it('has files of others as well, and names what nobody was there to write', async () => {
    const folder = join(raw, 'run0042');
    for (const name of ['meta', 'data']) mkdirSync(join(folder, name), { recursive: true });
    const metadata = {
      ...{ pgroup: 'p12345', start_pulseid: 1000, stop_pulseid: 1009, rate_multiplicator: 1 },
      ...{
        pv_list: ['PV'],
        detectors: { JF01: {}, JF02: {} },
        request_time: '2026-11-30 18:30:00.250000',
      },
    };
    const meta = join(folder, 'meta/acq0001.json');
    writeFileSync(meta, JSON.stringify(metadata));
    const dataOf = (kind: string) => join(folder, `data/acq0001.${kind}.h5`);
    for (const kind of ['PVDATA', 'JF01', 'JF02']) writeFileSync(dataOf(kind), '');
    expect(await check(folder)).toMatchObject({ exitCode: 0, complete: true });
    rmSync(dataOf('JF01'));
    writeFileSync(`${dataOf('JF02')}.err`, '');
    const { exitCode, findings } = await check(folder);
    expect(exitCode).toBe(1);
    expect(findings).toEqual([
      'acq0001.JF01.h5: is not there',
      'acq0001.JF02.h5: may not be whole: there is acq0001.JF02.h5.err',
    ]);
    const replay = beamline.run('audit', 'replay', '--run', folder, '--output_root', raw);
    await replay.succeeds();
    expect(replay.messages).toMatch(/by others: acq0001\.JF01\.h5; .*run_number 42, detectors\)/);
    const not_written = { pv_list: ['PV'], detectors: ['JF01', 'JF02'] };
    writeFileSync(meta, JSON.stringify({ ...metadata, files: [], not_written }));
    expect((await check(folder)).findings).toEqual([
      'acquisition 1: no writer was configured for pv_list PV',
      'acquisition 1: no writer was configured for detectors JF01, JF02',
    ]);
  });

  it('is given by its folder, or its JSON, and nothing else', async () => {
    const cases = [
      [['check'], 2, 'file is missing'],
      [['check', 'a.h5', '--run', 'r', '--request', 'x.err'], 2, '--run goes without a file'],
      [['check', 'a.h5', '--run', 'r', '--request', 'x.err'], 2, '--request goes with a file'],
      [['check', '--run', 'run0001'], 1, 'it does not exist'],
      [['audit', 'replay', '--run'], 2, '--run needs the folder of a run'],
      [['audit', 'replay', 'a.log', '--run', 'r'], 2, '--run goes without trails'],
    ] as const;
    const ended = cases.map(async ([args, exitCode, problem]) => {
      const command = beamline.run(...args);
      expect(await command.exitCode()).toBe(exitCode);
      expect(command.messages).toContain(problem);
    });
    await Promise.all(ended);
  });
});

function trail(): { request_id: string; parameters: string }[] {
  if (!existsSync(beamline.trail)) return [];
  const lines = readFileSync(beamline.trail, 'utf8').trimEnd().split('\n');
  return lines.map(
    (line) => JSON.parse(line.slice(line.indexOf('{'))) as ReturnType<typeof trail>[number],
  );
}
