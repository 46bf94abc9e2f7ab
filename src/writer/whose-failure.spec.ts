import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Handling, handlingText } from '../request/handling.js';
import type { Failure } from '../report/failure.js';
import type { WriteReport } from '../report/write-report.js';
import type { Reporter } from './reporting/reporter.js';
import { capturedLog } from './captured-log.fixture.js';
import { reply, reset, resting, status } from './data-api.fixture.js';
import { writeRequest } from './write-request.fixture.js';
import { writers } from './writers.fixture.js';

const A = { name: 'A', values: [1, 2] };
const NONE = reply({ name: 'A', values: [] });

function asked(name: string, handling: Handling = {}, fields = {}) {
  return {
    ...writeRequest(name, ['A']),
    ...{ request_id: name, attempt: 1, handling: handlingText(handling), ...fields },
  };
}

describe('a writer that fails', { timeout: 30_000 }, () => {
  const setUp = writers();
  const log = capturedLog();
  const sent = { sent: Date.now() / 1000 };

  it('tells whose fault it may be, and where', async () => {
    const { api, root, writer } = await setUp([status(400), reset], { retries: 0 });
    const faults = async (name: string) => (await writer.write(asked(name), sent)).failure;
    expect(await faults('x.h5')).toMatchObject({
      ...{ code: 'http_status', faults: ['request'], passes: false, place: api.url },
    });
    expect(await faults('x.h5')).toMatchObject({
      ...{ code: 'connection_failed', faults: ['source', 'writer'], passes: true, place: api.url },
    });
    writeFileSync(join(root, 'file'), '');
    expect(await faults(join(root, 'file/x.h5'))).toMatchObject({ faults: ['request', 'writer'] });
    expect(await faults('/etc/x.h5')).toMatchObject({
      ...{
        code: 'output_file_refused',
        faults: ['request', 'writer'],
        passes: false,
        place: '/etc',
      },
    });
  });

  it('leaves no error file where another writer is to try, but for what is the request’s fault', async () => {
    const { root, state, writer } = await setUp([reset, reset, status(404)], { retries: 0 });
    const first = await writer.write(asked('x.h5', { others: true }), sent);
    expect(first).toMatchObject({ state: 'failed', failure: { code: 'connection_failed' } });
    expect(first).not.toHaveProperty('error_file', expect.anything());
    expect(readdirSync(root)).toEqual([]);
    expect(log.events.at(-1)).toMatchObject({
      ...{ level: 'warn', message: 'request failed here, another writer is to try it' },
      code: 'connection_failed',
    });
    const alone = await writer.write(asked('x.h5', {}, { attempt: 2 }), sent);
    expect(alone.error_file).toBe(join(root, 'x.h5.err'));
    const wrong = await writer.write(asked('y.h5', { others: true }), sent);
    expect(wrong.error_file).toBe(join(root, 'y.h5.err'));
    expect(readFileSync(join(root, 'y.h5.err'), 'utf8')).not.toContain('handling');
    expect(readdirSync(state)).not.toContain('failed');
  });

  it('says why where nothing can be left', async () => {
    const { state, writer } = await setUp([reply(A)]);
    rmSync(state, { recursive: true });
    writeFileSync(state, '');
    const givenUp = { give_up_code: 'x', give_up_message: 'given up' };
    const report = await writer.write(asked('/etc/x.h5', givenUp), sent);
    expect(report.error_file).toBeUndefined();
    expect(report.no_error_file).toMatch(
      /^not beside the output file: .*outside the output roots.*; not in the state folder: /,
    );
    rmSync(state);
    mkdirSync(state);
  });

  it('leaves a source alone that wants that, for all requests and threads', async () => {
    const { api, writer } = await setUp([resting(60), reply(A)], { concurrency: 2 });
    const first = await writer.write(asked('x.h5'), sent);
    expect(first.failure).toMatchObject({ code: 'http_status', passes: true, retry_after: 60 });
    const others = await Promise.all(
      ['y.h5', 'z.h5'].map((name) => writer.write(asked(name), sent)),
    );
    for (const { failure } of others) {
      expect(failure).toMatchObject({
        ...{ code: 'http_status', faults: ['source'], passes: true, place: api.url },
        message: expect.stringMatching(/asked to be left alone for another \d+ s/),
      });
      expect(failure!.retry_after).toBeGreaterThan(50);
      expect(failure!.retry_after).toBeLessThan(60);
    }
    expect(api.queries).toHaveLength(1);
  });

  it('waits with a request for a source that soon may be asked again', async () => {
    const { api, writer } = await setUp([resting(1), reply(A)], { concurrency: 2 });
    const begun = performance.now();
    const reports = await Promise.all(
      ['x.h5', 'y.h5'].map((name) => writer.write(asked(name), sent)),
    );
    expect(reports.map(({ state }) => state)).toEqual(['written', 'written']);
    expect(performance.now() - begun).toBeGreaterThan(1000);
    expect(api.queries.length).toBeLessThanOrEqual(4);
  });

  it.each([
    ['a healing attempt', { healing: true }, {}],
    ['a replay', {}, { replay_of: 'first' }],
  ])(
    'neither waits for data that is gone, nor takes nothing for data: %s',
    async (_case, handling, fields) => {
      const { api, root, writer } = await setUp([NONE], { data_wait: 60 });
      const request = asked('x.h5', handling, { ...fields, timestamp: Date.now() / 1000 });
      expect(await writer.write(request, sent)).toMatchObject({
        ...{ state: 'failed', error_file: join(root, 'x.h5.err'), attempts: 1 },
        failure: { code: 'no_data', faults: ['request'], passes: false },
      });
      expect(api.queries).toHaveLength(1);
    },
  );

  it('writes a file without a row for a request that is new', async () => {
    const { writer } = await setUp([NONE]);
    expect(await writer.write(asked('x.h5'), sent)).toMatchObject({ state: 'written', rows: 0 });
  });

  it('knows what it can’t do before its broker hears of the failure, and that it can again', async () => {
    const told: string[] = [];
    const reporter = {
      tellUnable: (unable: readonly Failure[]) => told.push(`unable ${unable.length}`),
      outcome: (_held: unknown, { state }: WriteReport) => told.push(state),
      progress: () => undefined,
      canName: () => true,
      takesBack: () => false,
    };
    const { api, writer, abilities } = await setUp(
      [reset, reply(A)],
      { retries: 0 },
      reporter as unknown as Reporter,
    );
    await writer.write(asked('x.h5', { others: true }), sent);
    expect(told).toEqual(['unable 1', 'failed']);
    expect(abilities.unable).toMatchObject([{ code: 'connection_failed', place: api.url }]);
    await writer.write(asked('y.h5'), sent);
    expect(told.slice(2)).toEqual(['unable 0', 'written']);
  });
});
