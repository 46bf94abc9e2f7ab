import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestListener, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type * as Client from '../clients/typescript/client.js';
import { Beamline } from './support/beamline.js';
import { parametersFor } from './support/detector.js';
import { valuesOf } from './support/hdf5.js';
import { poll } from './support/poll.js';
import type { Service } from './support/service.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILT = new URL('../dist/client/client.js', import.meta.url);
const CHANNELS = ['SIMULATOR-PULSE-ID'];

let beamline: Beamline;
let pgroups: string[];
let service: Service;
let client: typeof Client;
let broker: Client.Broker;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  pgroups = beamline.pgroups('p1');
  service = await beamline.broker(...pgroups);
  client = (await import(BUILT.href)) as typeof Client;
  broker = new client.Broker(`${beamline.url}/`);
});

afterAll(() => beamline.clear());

const pulse = (pulse_id: number) => ({ params: { path: { pulse_id } } });
const past = (name: string, channels = CHANNELS) => ({
  ...parametersFor(beamline.file(name)),
  channels,
  start_pulse_id: 1000,
  stop_pulse_id: 1002,
});

describe('the TypeScript client', () => {
  it('waits for what it acquired, and for a broker that is killed meanwhile', async () => {
    const made = await broker.acquire(past('wait.h5'));
    expect(made).toMatchObject([{ output_file: beamline.file('wait.h5'), start_pulse_id: 1000 }]);
    await expect(broker.wait(made, { signal: AbortSignal.timeout(100) })).rejects.toThrow(/time/);
    const seen: string[] = [];
    const ended = broker.wait(made, { onProgress: ({ state }) => seen.push(state) });
    await poll(() => (seen.length > 0 ? true : undefined));
    await service.end('SIGKILL');
    [service] = await Promise.all([beamline.broker(...pgroups), beamline.writer()]);
    expect(await ended).toMatchObject([
      { request_id: made[0].request_id, state: 'written', rows: 3 },
    ]);
    expect(seen.at(0)).toBe('queued');
    expect(seen.at(-1)).toBe('written');
  });

  it('drives an acquisition, from its parameters to what became of it', async () => {
    const { calls } = broker;
    const file = beamline.file('client.h5');
    const body = parametersFor(file, CHANNELS);
    const posted = await calls.POST('/parameters', { body: { ...body, channels: CHANNELS } });
    expect(posted.data).toEqual({ state: 'ok', status: 'configured', parameters: body });
    const started = await calls.PUT('/start_pulse_id/{pulse_id}', pulse(1000));
    expect(started.error).toBeUndefined();
    expect((await calls.GET('/status')).data?.status).toBe('receiving');
    const stopped = await calls.PUT('/stop_pulse_id/{pulse_id}', pulse(1004));
    expect(stopped.error).toBeUndefined();
    const ids = stopped.response.headers.get('X-Request-Ids')!.split(',');
    expect(await broker.wait(ids)).toMatchObject([{ output_file: file, rows: 5 }]);
    const whole = await broker.request(ids[0]);
    expect(whole.history.at(-1)?.state).toBe('written');
    expect(whole.report?.channels).toMatchObject([{ name: 'SIMULATOR-PULSE-ID', rows: 5 }]);
    expect(await valuesOf(file, '/data/SIMULATOR-PULSE-ID/data')).toHaveLength(5);
  });

  it('has the reason where a call is refused', async () => {
    await broker.calls.PUT('/start_pulse_id/{pulse_id}', pulse(10));
    const { data, error, response } = await broker.calls.PUT('/stop_pulse_id/{pulse_id}', pulse(9));
    expect(data).toBeUndefined();
    expect(response.status).toBe(409);
    expect(error).toMatchObject({
      state: 'error',
      message: expect.stringContaining('no parameters were posted'),
    });
    await expect(broker.acquire({ ...past('a.h5'), stop_pulse_id: 1 })).rejects.toMatchObject({
      name: 'BrokerRefused',
      status: 400,
      message: expect.stringContaining('stop_pulse_id is lower than start pulse id 1000'),
    });
    await expect(broker.wait('nothing')).rejects.toMatchObject({ status: 404 });
    const away = new client.Broker('http://127.0.0.1:1', { patience: 0 });
    await expect(away.request('x')).rejects.toMatchObject({
      name: 'BrokerAway',
      message: expect.stringMatching(/127\.0\.0\.1:1 does not answer \(.+\)/),
    });
  });

  it('says why there is no file', async () => {
    const made = await broker.acquire(past('fails.h5', ['NOBODY-HAS-THIS']));
    await expect(broker.wait(made, { heal: false })).rejects.toMatchObject({
      name: 'NotWritten',
      code: 'empty_reply',
      message: expect.stringContaining('fails.h5: '),
      requests: [{ request_id: made[0].request_id, state: 'failed' }],
    });
  });

  it('records nothing twice where an answer is lost', async () => {
    const body = past('once.h5');
    const { fetch } = globalThis;
    let isLost = false;
    globalThis.fetch = async (input, init) => {
      const reply = await fetch(input, init);
      if ((input as Request).method !== 'POST' || isLost) return reply;
      isLost = true;
      throw new TypeError('lost');
    };
    const losing = new client.Broker(beamline.url);
    const [made] = await losing.acquire(body).finally(() => (globalThis.fetch = fetch));
    expect(isLost).toBe(true);
    const query = { output_file: body.output_file };
    const { data } = await broker.calls.GET('/requests', { params: { query } });
    expect(data?.requests.map(({ request_id }) => request_id)).toEqual([made.request_id]);
  });

  it('acquires into a run, and waits for its files', async () => {
    const run = { pgroup: 'p1', start_pulseid: 1000, stop_pulseid: 1002 };
    const made = await broker.retrieve({ ...run, channels_list: CHANNELS });
    expect(made).toMatchObject({ run_number: '1', acquisition_number: '1' });
    const seen: boolean[] = [];
    const onProgress = ({ settled }: Client.Run) => seen.push(settled);
    const ended = await broker.waitForRun('p1', Number(made.run_number), { onProgress });
    expect(ended).toMatchObject({ run_number: 1, settled: true, complete: true });
    expect(ended.acquisitions_list[0].files).toMatchObject([
      { output_file: made.files[0], state: 'written', rows: 3 },
    ]);
    expect(seen.at(-1)).toBe(true);
    await broker.retrieve({ ...run, run_number: 1, channels_list: ['NOBODY-HAS-THIS'] });
    await expect(broker.waitForRun('p1', 1, { heal: false })).rejects.toMatchObject({
      name: 'RunNotWritten',
      run: { run_number: 1 },
      files: [{ kind: 'BSDATA', state: 'failed' }],
    });
    await expect(
      broker.retrieve({ ...run, channels_list: CHANNELS, pgroup: 'p9' }),
    ).rejects.toMatchObject({
      name: 'BrokerRefused',
      status: 200,
      message: expect.stringContaining('pgroup'),
    });
    await expect(broker.waitForRun('p1', 99)).rejects.toMatchObject({ status: 404 });
  });

  it('follows events from where it left off', async () => {
    const [made] = await broker.acquire(past('events.h5'));
    await broker.wait(made);
    const kinds: string[] = [];
    for await (const event of broker.events({ after: '1' })) {
      kinds.push(event.kind);
      if ('request' in event && event.request.request_id === made.request_id) {
        if (client.isSettled(event.request)) break;
      }
    }
    expect(kinds[0]).toBe('gap');
    expect(kinds.at(-1)).toBe('state');
  });
});

describe('the TypeScript client of a broker that breaks off', () => {
  const servers: Server[] = [];
  const brokerThat = async (answer: RequestListener, options?: Client.BrokerOptions) => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return new client.Broker(`http://127.0.0.1:${port}`, options);
  };
  const written = { request_id: 'a', state: 'written' };
  const tell = (response: ServerResponse) =>
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ request: written }));

  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  it('has what is settled although the events broke off before they were read', async () => {
    let events: ServerResponse | undefined;
    let looks = 0;
    const broken = await brokerThat((request, response) => {
      if (request.url === '/events') {
        events = response.writeHead(200);
        events.write(':\n\n');
      } else if (++looks > 1) {
        tell(response);
      } else {
        events?.destroy();
        response.writeHead(503).end('{}');
      }
    });
    expect(await broken.wait('a')).toEqual([written]);
    expect(looks).toBe(2);
  });

  it('throws what its caller throws at a change', async () => {
    const quiet = await brokerThat((request, response) => {
      if (request.url === '/events') response.writeHead(200).write(':\n\n');
      else tell(response);
    });
    const onProgress = () => {
      throw new Error('enough');
    };
    await expect(quiet.wait('a', { onProgress })).rejects.toThrow('enough');
  });

  it('does not wait for ever for the beginning of events', async () => {
    const mute = await brokerThat(() => undefined, { timeout: 50, patience: 0 });
    await expect(mute.events().next()).rejects.toMatchObject({ name: 'BrokerAway' });
    await expect(mute.wait('a')).rejects.toMatchObject({ name: 'BrokerAway' });
  });
});

describe('the client in the package', () => {
  it('needs nothing else, and is typed for programs that have nothing of ours', () => {
    expect(readFileSync(BUILT, 'utf8')).not.toMatch(/^import\b|\bfrom\s*["'][^."']/m);
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'client-types-')));
    try {
      const home = join(folder, 'node_modules/sf-databuffer-writer');
      cpSync(join(ROOT, 'dist/client'), join(home, 'dist/client'), { recursive: true });
      cpSync(join(ROOT, 'package.json'), join(home, 'package.json'));
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      writeFileSync(join(folder, 'program.ts'), PROGRAM);
      const program = join(folder, 'program.ts');
      expect(problemsOf(program)).toEqual([
        `Type 'number | undefined' is not assignable to type 'string'.`,
      ]);
      // Bundlers find the same file.
      const found = ts.resolveModuleName('sf-databuffer-writer/client', program, BUNDLER, ts.sys);
      expect(found.resolvedModule?.resolvedFileName).toBe(join(home, 'dist/client/client.d.ts'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const BUNDLER = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

/** One mistake, which only real types find. */
const PROGRAM = `
import { Broker, type BrokerEvent, NotWritten, type RequestHead } from 'sf-databuffer-writer/client';

const broker = new Broker('http://localhost:10002');
const events: AsyncGenerator<BrokerEvent> = broker.events();
const heads: Promise<RequestHead[]> = broker.wait(['a']);
const listed = await broker.calls.GET('/requests', { params: { query: { state: 'failed' } } });
export const rows: string = listed.data!.requests[0]!.rows;
export { NotWritten, events, heads };
`;

/** What the compiler says of a program outside of this repository, and of the types that it imports. */
function problemsOf(file: string): string[] {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
  });
  return [
    ...program.getOptionsDiagnostics(),
    // The standard library is not what is checked here, and takes long.
    ...program
      .getSourceFiles()
      .filter((source) => !program.isSourceFileDefaultLibrary(source))
      .flatMap((source) => [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ]),
  ].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').split('\n')[0]);
}
