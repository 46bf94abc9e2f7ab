import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Pull } from 'zeromq';
import { parseReport } from '../report/report-message.js';
import { freePort } from '../transport/free-port.fixture.js';
import { ownDataIn } from '../transport/own-messages.fixture.js';
import { capturedLog } from './captured-log.fixture.js';
import { type Answer, replyOf, status } from './data-api.fixture.js';
import { reporterFor } from './reporting/reporter.fixture.js';
import { writeRequest } from './write-request.fixture.js';
import { until, writers } from './writers.fixture.js';

const A = { name: 'A', values: [1, 2] };

describe('WriterService at its end', { timeout: 30_000 }, () => {
  const setUp = writers();
  const log = capturedLog();

  it('lets a running job end at shutdown, and leaves the others as error files', async () => {
    const held: (() => void)[] = [];
    const { api, root, writer } = await setUp(
      [(response) => void held.push(() => response.end(replyOf(A)))],
      {
        concurrency: 1,
      },
    );
    const running = writer.write(writeRequest('running.h5', ['A']));
    const waiting = ['queued.h5', 'running.h5'].map((file) =>
      writer.write(writeRequest(file, ['A'])),
    );
    await until(() => held.length === 1);
    const shutDown = writer.shutDown(20);
    const late = writer.write(writeRequest('late.h5', ['A']));
    for (const report of await Promise.all([waiting[0], late])) {
      expect(report).toMatchObject({
        state: 'failed',
        attempts: 0,
        failure: { code: 'shut_down' },
      });
    }
    held[0]();
    expect((await running).state).toBe('written');
    expect((await waiting[1]).failure?.code).toBe('shut_down');
    await shutDown;
    expect(api.queries).toHaveLength(1);
    expect(readdirSync(root).sort()).toEqual([
      'late.h5.err',
      'queued.h5.err',
      'running.h5',
      'running.h5.err',
    ]);
  });

  it('ends what still runs after the grace, with an error file and nothing else', async () => {
    const { api, root, state, writer } = await setUp([
      (response) => void response.write('[{"data":['),
    ]);
    const running = writer.write(writeRequest('x.h5', ['A']));
    await until(() => api.queries.length === 1);
    const [temporary] = readdirSync(root);
    expect(temporary).toMatch(/^\.x\.h5\..*\.tmp$/);
    const [entry] = readdirSync(join(state, 'journal'));
    expect(readFileSync(join(state, 'journal', entry), 'utf8')).toContain(join(root, temporary));
    await writer.shutDown(0.05);
    expect(await running).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { code: 'shut_down' },
    });
    expect(readdirSync(root)).toEqual(['x.h5.err']);
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
  });

  it('gives back what it leaves as an error file, should a broker hear of it after all', async () => {
    const address = `tcp://127.0.0.1:${await freePort()}`;
    const flags = {
      stream_address: address,
      report_address: address,
      data_api_url: 'http://x/query',
    };
    const reporter = reporterFor(flags);
    await reporter.start();
    const { root, writer } = await setUp([status(503)], {}, reporter);
    const request = { ...writeRequest('x.h5', ['A']), attempt: 1 };
    const failing = writer.write(request);
    await until(() => log.events.some(({ message }) => message === 'attempt failed'));
    await writer.shutDown(20);
    expect(await failing).toMatchObject({ state: 'failed', error_file: join(root, 'x.h5.err') });
    const broker = new Pull({ receiveTimeout: 10_000, linger: 0 });
    await broker.bind(address);
    const kinds: string[] = [];
    while (kinds.at(-1) !== 'returned') {
      const { kind } = parseReport(ownDataIn('write_report', await broker.receive()));
      kinds.push(kind);
    }
    expect(kinds).toEqual(['hello', 'returned']);
    await reporter.end();
    broker.close();
  });

  it('does not wait for the next attempt at shutdown', async () => {
    const { api, writer } = await setUp([status(503)]);
    const failing = writer.write(writeRequest('x.h5', ['A']));
    await until(() => log.events.some(({ message }) => message === 'attempt failed'));
    await writer.shutDown(20);
    const { failure } = await failing;
    expect(failure?.code).toBe('http_status');
    expect(failure?.message).toContain('shut down');
    expect(api.queries).toHaveLength(1);
  });
});

describe('WriterService at a thread’s end', { timeout: 30_000 }, () => {
  const setUp = writers(dyingThread);

  it('fails the job whose thread dies twice, leaving nothing of it behind, and goes on', async () => {
    const answer: Answer = (response, { channels: [{ name }] }) => {
      if (name === 'DEADLY') response.write('[{"data":[');
      else response.end(replyOf(A));
    };
    const { root, state, writer } = await setUp([answer], { retries: 0 });
    const report = await writer.write(writeRequest('deadly.h5', ['DEADLY']));
    expect(report).toMatchObject({
      state: 'failed',
      attempts: 2,
      failure: { code: 'thread_lost' },
    });
    expect(readdirSync(root)).toEqual(['deadly.h5.err']);
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
    expect((await writer.write(writeRequest('x.h5', ['A']))).state).toBe('written');
  });
});

/** The real thread, which ends in the middle of a job for a file of that name, as soon as it is being written. */
function dyingThread(real: URL): URL {
  const script = `
    import { readdirSync } from 'node:fs';
    import { workerData } from 'node:worker_threads';
    setInterval(() => {
      const files = readdirSync(workerData.outputRoots[0]);
      if (files.some((name) => name.startsWith('.deadly.h5.'))) process.exit(3);
    }, 5);
    await import(${JSON.stringify(real.href)});
  `;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}
