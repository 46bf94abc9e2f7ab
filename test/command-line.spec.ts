import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { abandonedLine } from '../src/audit/abandoned-line.js';
import { Beamline } from './support/beamline.js';
import { expectAcquired } from './support/demo.js';
import { valuesOf } from './support/hdf5.js';
import { MAIN, Service } from './support/service.js';

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

const QUERY = {
  channels: [{ name: 'SIMULATOR-PULSE-ID', backend: 'sf-databuffer' }],
  range: { startPulseId: 1, endPulseId: 2 },
};

function trailLine(time: string, outputFile: string, timestamp = 1529914272.1): string {
  const request = {
    data_api_request: JSON.stringify(QUERY),
    parameters: JSON.stringify({ output_file: outputFile }),
    timestamp,
  };
  return `[${time}] ${JSON.stringify(request)}`;
}

const HDF5_SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

describe('settings', () => {
  it('are refused all at once with exit code 2', async () => {
    const writer = Service.start(
      [
        ...['writer', 'nowhere', '--retries=x', '--unknown', '5', '--error_if_no_data=1'],
        ...['--outptu-root', '/sf', '--channels-file=list', '--report=off', '--user_id=1'],
      ],
      {
        env: { SF_DATABUFFER_CONCURRENCY: '0', SF_DATABUFFER_SPEED: '9' },
      },
    );
    expect(await writer.exitCode()).toBe(2);
    for (const problem of [
      '--unknown is not a setting',
      '--error_if_no_data is a switch and takes no value',
      '--outptu_root is not a setting: did you mean --output_root?',
      '--channels_file is a setting of broker, not of writer',
      '--report is not a setting: did you mean --report_address?',
      '--user_id is no flag: give its value by its place, writer [options] <stream_address> [user_id]',
      'SF_DATABUFFER_SPEED is not a setting',
      "--retries needs an integer, not 'x'",
      'SF_DATABUFFER_CONCURRENCY must be 1 at least',
      'stream_address must be the address of a broker',
      '--data_api_url is required',
    ]) {
      expect(writer.messages).toContain(problem);
    }
  });

  it('have no address of a broker where RabbitMQ carries requests', async () => {
    const refused = async (...args: string[]) => {
      const writer = Service.start([
        'writer',
        ...args,
        '--data_api_url',
        'http://127.0.0.1:9/query',
      ]);
      expect(await writer.exitCode()).toBe(2);
      return writer.messages;
    };
    expect(await refused('4294967295', '--queue', 'rabbitmq')).toMatch(/^  user_id must be/m);
    expect(await refused('1000', '2000', '--queue', 'rabbitmq')).toContain(
      'stream_address must be',
    );
    expect(await refused('1000')).toContain('stream_address must be');
  });

  it('are named without the password that they have', async () => {
    const url = 'amqp://daq:secret@rabbit';
    const writer = Service.start(['writer', url, '-1', url, '--rabbitmq_url', `${url}/a/b`]);
    expect(await writer.exitCode()).toBe(2);
    expect(writer.messages).toContain("'amqp://***@rabbit' is one argument too many");
    expect(writer.messages).not.toContain('secret');
  });

  it('may be written with hyphens', async () => {
    const writer = beamline.run('writer', beamline.stream, '--data-api-url', 'no URL');
    expect(await writer.exitCode()).toBe(2);
    expect(writer.messages).toContain('--data_api_url is required: an http URL');
  });

  it.each([[['brokr']], [[]], [['audit', 'lst']], [['write']], [['simulator', 'extra']]])(
    'of the command line %j end with exit code 2',
    async (args) => {
      expect(await beamline.run(...args).exitCode()).toBe(2);
    },
  );

  it('are explained, and that is no error', async () => {
    const writer = beamline.run('writer', '--help');
    expect(await writer.exitCode()).toBe(0);
    expect(writer.output).toContain('Usage: sf-databuffer writer');
  });
});

describe('what can’t work is said at start', () => {
  it('a trail that can’t be written', async () => {
    const broker = beamline.run('broker', '--audit_file', '/proc/no/trail.log', '--rest_port', '0');
    expect(await broker.exitCode()).toBe(1);
    const [event] = broker.events.filter(({ level }) => level === 'CRITICAL');
    expect(event.error).toContain('--audit_file');
  });

  it('a port that is taken', async () => {
    const takers = [beamline.restPort, beamline.outputPort].map((port) =>
      createServer().listen(port, '127.0.0.1'),
    );
    onTestFinished(() => takers.forEach((taker) => taker.close()));
    await Promise.all(takers.map((taker) => once(taker, 'listening')));
    const broker = (name: string, rest: number, output: number, report = 0) =>
      beamline.run(
        ...['broker', '--rest_port', String(rest), '--output_port', String(output)],
        ...['--output_host', '127.0.0.1', '--report_port', String(report)],
        ...['--audit_file', join(beamline.folder, name)],
      );
    const { restPort, outputPort } = beamline;
    const refused = [
      { setting: 'rest_port', service: broker('rest.log', restPort, 0) },
      { setting: 'output_port', service: broker('output.log', 0, outputPort) },
      { setting: 'report_port', service: broker('report.log', 0, 0, outputPort) },
      { setting: 'port', service: beamline.run('simulator', '--port', String(restPort)) },
    ];
    for (const { setting, service } of refused) {
      expect(await service.exitCode()).toBe(1);
      expect(service.said).toContain(
        `the port is in use; stop the process that has it, or choose another --${setting}.`,
      );
    }
  });

  it.skipIf(process.getuid?.() === 0)('a user that can’t be become', async () => {
    const writer = beamline.run('writer', beamline.stream, '0', ...beamline.writerFlags());
    expect(await writer.exitCode()).toBe(1);
    expect(writer.said).toContain('user_id');
  });
});

describe('audit list', () => {
  it('lists requests of a period, and names damaged lines', async () => {
    const trail = join(beamline.folder, 'trail.log');
    const lines = [
      trailLine('20180625-101112', '/sf/a.h5'),
      '[20180625-101113] {"data_api_request": "{}", "par',
      '',
      trailLine('20180627-101112', '/sf/b.h5', 1529914272.1 + 2 * 86_400),
    ];
    writeFileSync(trail, lines.join('\n'));
    const all = beamline.run('audit', 'list', trail);
    const some = beamline.run('audit', 'list', trail, '--json', '--until', '2018-06-25');
    expect(await Promise.all([all.exitCode(), some.exitCode()])).toEqual([1, 1]);
    expect(all.output).toMatch(/ 1 .*\/sf\/a\.h5 .*\n +4 .*\/sf\/b\.h5 .*\n$/);
    expect(all.messages).toMatch(
      `from byte ${Buffer.byteLength(lines[0]) + 1} of ${trail} on: skipped`,
    );
    expect(JSON.parse(some.output)).toMatchObject({
      line: 1,
      data_api_request: JSON.stringify(QUERY),
    });
  });

  it('lists several trails, the oldest first, each under its name', async () => {
    const trail = join(beamline.folder, 'trail.log');
    writeFileSync(trail, trailLine('20180627-101112', '/sf/b.h5', 1529914272.1 + 2 * 86_400));
    writeFileSync(`${trail}.1.gz`, gzipSync(trailLine('20180625-101112', '/sf/a.h5')));
    writeFileSync(`${trail}.outcomes`, '{}\n');
    const files = [trail, `${trail}.1.gz`, `${trail}.outcomes`];
    const text = beamline.run('audit', 'list', ...files);
    const json = beamline.run('audit', 'list', ...files, '--json');
    for (const each of [text, json]) await each.succeeds();
    expect(text.output.split('\n').map((each) => each.split('  pulses')[0])).toEqual([
      `${trail}.1.gz:`,
      expect.stringMatching(/^ +1 .*a\.h5$/),
      '',
      `${trail}:`,
      expect.stringMatching(/^ +1 .*b\.h5$/),
      '',
    ]);
    const lines = json.output.trimEnd().split('\n');
    expect(lines.map((each) => (JSON.parse(each) as { trail: string }).trail)).toEqual([
      `${trail}.1.gz`,
      trail,
    ]);
    expect(text.messages).toContain("trail.log.outcomes is a broker's, and no trail: skipped");
  });

  it('has both requests of a line whose end was lost, says where, and exits with 1', async () => {
    const trail = join(beamline.folder, 'glued.log');
    const lines = ['/sf/a.h5', '/sf/b.h5'].map((file) => trailLine('20180625-101112', file));
    writeFileSync(trail, `${lines.join('')}\n`);
    const list = beamline.run('audit', 'list', trail);
    expect(await list.exitCode()).toBe(1);
    expect(list.output).toMatch(/ 1 .*\/sf\/a\.h5 .*\n +1 .*\/sf\/b\.h5 .*\n$/);
    expect(list.messages).toMatch(`lost its end before byte ${lines[0].length} of ${trail}`);
  });

  it('lists acquisitions that never got their stop, and what to do', async () => {
    const trail = join(beamline.folder, 'audit.log');
    const acquisition = {
      id: 'run-1',
      output_file: '/sf/run_1.h5',
      start_pulse_id: 100,
      earlier_starts: [{ start_pulse_id: 98, time: 1_795_511_700 }],
      times: { parameters: 1_795_511_699, start: 1_795_511_701, abandoned: 1_795_511_760 },
      why: 'given_up' as const,
      parameters: { output_file: 'run_1.h5' } as never,
      channels: ['A', 'B'],
    };
    const completed = { completed: 'run-2', start_pulse_id: 100, stop_pulse_id: 200, time: 1 };
    const lines = [acquisition, { ...acquisition, id: 'run-2' }, completed].map(abandonedLine);
    writeFileSync(`${trail}.abandoned`, `${lines.join('\n')}\n`);
    const [text, json, none] = [
      beamline.run('audit', 'list', '--abandoned', '--audit_file', trail),
      beamline.run('audit', 'list', trail, '--abandoned', '--json'),
      beamline.run('audit', 'list', '--abandoned', '--audit_file', `${trail}.none`),
    ];
    for (const each of [text, json, none]) await each.succeeds();
    expect(text.output).toMatch(
      /run_1\.h5 {2}start 100 \(before: 98\) {2}2 channels {2}given up {2}run-1\n.*completed: 100-200\n1 without stop\n.*\/acquisitions\/<id>\/complete/,
    );
    expect(
      json.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([
      { ...acquisition, state: 'abandoned' },
      { id: 'run-2', state: 'completed', completed: { stop_pulse_id: 200 } },
    ]);
    expect(none.output).toBe('0 without stop\n');
  });

  it('says all that is wrong at once, and ends quietly when its reader leaves', async () => {
    const more = ['--foo', '--jsn', '--output_root=/sf'];
    const wrong = beamline.run('audit', 'list', '--since', 'xx', '--until', '2018-02-31', ...more);
    expect(await wrong.exitCode()).toBe(2);
    for (const problem of [
      ...["--since 'xx'", "--until '2018-02-31'", '--foo is not a setting\n', 'trail is missing'],
      ...['--jsn is not a setting: did you mean --json?', 'broker and writer, not of audit list'],
    ]) {
      expect(wrong.messages).toContain(problem);
    }
    const trail = join(beamline.folder, 'trail.log');
    writeFileSync(trail, `${trailLine('20180625-101112', '/sf/a.h5')}\n`.repeat(20_000));
    const command = '"$0" "$1" audit list "$2" | head -1; echo "${PIPESTATUS[0]}"';
    const said = execFileSync('bash', ['-c', command, process.execPath, MAIN, trail], {
      encoding: 'utf8',
    });
    expect(said.trim().split('\n').at(-1)).toBe('0');
    expect(said).not.toContain('Error');
  });
});

describe('a file of another kind', () => {
  it('is named, whichever command gets it', async () => {
    const { folder } = beamline;
    const [h5, trail, none] = ['run.h5', 'run.h5.err', 'none'].map((name) => join(folder, name));
    writeFileSync(h5, Buffer.concat([HDF5_SIGNATURE, Buffer.from('\nx'.repeat(2000))]));
    writeFileSync(trail, `${trailLine('20180625-101112', h5)}\n`);
    const source = beamline.writerFlags();
    const missing = "none can't be read: it does not exist";
    const isFolder = `${folder} can't be read: it is a folder`;
    const needed = 'run.h5 is an HDF5 file: give its .err file';
    await Promise.all(
      [
        [['write', h5, ...source], `${needed}, an audit trail or a JSON file`],
        [['write', none, ...source], missing],
        [['write', folder, ...source], isFolder],
        [['audit', 'list', trail, h5], `${needed} or an audit trail`],
        [['check', trail], `run.h5.err is an .err file or an audit trail: give ${h5}`],
        [['check', none], missing],
        [['check', folder], isFolder],
        [['check', h5, '--request', none], missing],
        [['broker', '--config', none], missing],
      ].map(async ([args, words]) => {
        const service = beamline.run(...(args as string[]));
        const status = await service.exitCode();
        const { said } = service;
        expect(said).toContain(words);
        expect(service.events.length).toBeLessThan(4);
        expect(said).not.toMatch(/because|E[A-Z]{5,}: /);
        expect(status).toBeGreaterThan(0);
      }),
    );
  });
});

describe('write', () => {
  it('takes a line of a trail, or requests in a JSON file', async () => {
    const trail = join(beamline.folder, 'trail.log');
    const names = ['a.h5', 'b.h5', 'c.h5'];
    const lines = names.map((name) => trailLine('20180625-101112', beamline.file(name)));
    writeFileSync(trail, lines.join('\n'));
    const second = beamline.run('write', trail, '--line', '2', ...beamline.writerFlags());
    await second.succeeds();
    expect(second.output).toMatch(/^written +\S+b\.h5: 1 channel, 2 rows\n$/);

    const status = beamline.run('audit', 'status', trail);
    expect(await status.exitCode()).toBe(1);
    expect(status.output).toMatch(/^3 requests: 2 lost, 1 complete$/m);
    expect(status.output).toMatch(/^complete +\d{8}-\d{6} +\S+b\.h5$/m);

    const json = join(beamline.folder, 'request.json');
    const parameters = { output_file: beamline.file('c.h5') };
    writeFileSync(json, JSON.stringify({ data_api_request: QUERY, parameters }));
    await beamline.run('write', json, ...beamline.writerFlags()).succeeds();
    for (const name of ['b.h5', 'c.h5']) {
      const values = await valuesOf(beamline.file(name), '/data/SIMULATOR-PULSE-ID/data');
      expect(values).toEqual([1n, 2n]);
    }

    const check = beamline.run('check', beamline.file('b.h5'), '--request', `${trail}:2`);
    await check.succeeds();
    expect(check.output).toMatch(/^SIMULATOR-PULSE-ID +2 +1 +2 +1 +0 +0\n\ncomplete\n$/m);

    const missing = beamline.run('write', trail, '--line', '9', ...beamline.writerFlags());
    expect(await missing.exitCode()).toBe(1);
  });
});

describe('for trying it out', () => {
  it('demo shows an acquisition and compares the files', async () => {
    const demo = beamline.run('demo', '--state_dir', beamline.state);
    await demo.succeeds();
    expectAcquired(demo.output);
    expect(demo.output).toMatch(
      /^ {2}SIMULATOR-WAVEFORM-FLOAT32-1024-1 +300 {2}float32\[1024\] +\S/m,
    );
    expect(demo.output).toMatch(/simulated data buffer http:\S+\/query$/m);
    expect(demo.output).not.toContain('is_data_present');
  });

  it('start prints lines that work when pasted', async () => {
    const start = beamline.run(
      'start',
      ...['--rest_port', '0', '--output_port', '0', '--port', '0', '--state_dir', beamline.state],
    );
    const lines = await start.until(() =>
      start.output.includes('/statistics') ? start.output.match(/^ +curl .*$/gm)! : undefined,
    );
    expect(lines).toHaveLength(4);
    const shell = lines.join('\n');
    const replies = execFileSync('bash', ['-ec', shell], { encoding: 'utf8', stdio: 'pipe' });
    expect(replies).toContain('"n_processed_requests":1');
    await start.logged('file written');
    const file = join(beamline.folder, 'data/first.h5');
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toHaveLength(100);
    expect(await start.end('SIGINT')).toBe(0);
  });
});
