import {
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseTrailLine } from '../audit/trail-line.js';
import { Hdf5Library } from '../hdf5/library/hdf5-library.js';
import { readDataset } from '../hdf5/read/inspect.js';
import type { WriteRequest } from '../request/write-request.js';
import { capturedLog } from './captured-log.fixture.js';
import { reply, replyOf, status, text } from './data-api.fixture.js';
import { writeRequest } from './write-request.fixture.js';
import { until, writers } from './writers.fixture.js';

const A = { name: 'A', values: [1, 2] };

describe('WriterService', { timeout: 30_000 }, () => {
  const setUp = writers();
  const log = capturedLog();
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  const requestIn = (file: string) =>
    parseTrailLine(readFileSync(file, 'utf8').trimEnd()) as { request: WriteRequest };

  it('refuses a request whose texts are nested without end, and leaves it beside its file', async () => {
    const { root, writer } = await setUp([]);
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const good = writeRequest('x.h5', ['A']);
    for (const request of [
      { ...good, data_api_request: `{"channels":["A"],"range":{"startPulseId":${nested}}}` },
      {
        ...good,
        parameters: `{"output_file":${JSON.stringify(join(root, 'x.h5'))},"x":${nested}}`,
      },
    ]) {
      const report = await writer.write(request);
      expect(report).toMatchObject({
        state: 'failed',
        error_file: join(root, 'x.h5.err'),
        failure: { code: 'invalid_request', message: expect.stringContaining('100 levels deep') },
      });
      expect(requestIn(join(root, 'x.h5.err')).request).toEqual(request);
    }
  });

  it('keeps a file that has more, leaves no error file, and removes none', async () => {
    const { root, writer } = await setUp([reply(A), reply({ name: 'A', values: [] })]);
    const request = writeRequest('x.h5', ['A']);
    await writer.write(request);
    const again = { ...request, request_id: 'again', replay_of: request.request_id };
    const report = await writer.write(again);
    expect(report).toMatchObject({ state: 'failed', failure: { code: 'fewer_rows' } });
    expect(report.error_file).toBeUndefined();
    expect(readdirSync(root)).toEqual(['x.h5']);
    writeFileSync(join(root, 'x.h5.err'), 'of another attempt');
    await writer.write(again);
    expect(readdirSync(root)).toEqual(['x.h5', 'x.h5.err']);
  });

  it('names the request whose file it replaces', async () => {
    const { writer, root } = await setUp([reply(A)]);
    const request = writeRequest('x.h5', ['A']);
    await writer.write(request);
    await writer.write({ ...request, request_id: 'another', timestamp: request.timestamp + 1 });
    truncateSync(join(root, 'x.h5'), 2000);
    await writer.write(request);
    const output_file = 'x.h5';
    expect(log.events.filter(({ message }) => /replaced/.test(String(message)))).toMatchObject([
      {
        level: 'warn',
        message: 'file replaced',
        request_id: 'another',
        output_file,
        replaced_request: request.request_id,
      },
      {
        level: 'warn',
        message: 'damaged file replaced',
        replaced_request: 'unknown',
        reason: expect.stringContaining('truncated'),
      },
    ]);
  });

  it('writes the file, reports, and logs one line an event', async () => {
    const { root, writer } = await setUp([reply(A)]);
    const request = writeRequest('x.h5', ['A', 'GONE']);
    const report = await writer.write(request);
    const counts = {
      channels_asked: 2,
      channels_written: 1,
      channels_missing: 1,
      channels_failed: 0,
      channels_with_problems: 0,
      channels_short: 1,
    };
    const { size: file_bytes } = statSync(join(root, 'x.h5'));
    expect(report).toMatchObject({
      request_id: request.request_id,
      state: 'written',
      output_file: join(root, 'x.h5'),
      attempts: 1,
      rows: 2,
      bytes: replyOf(A).length,
      file_bytes,
      ...counts,
    });
    expect(report.channels.map(({ name, rows }) => [name, rows])).toEqual([
      ['A', 2],
      ['GONE', 0],
    ]);
    expect(Array.from(readDataset(library, join(root, 'x.h5'), '/data/A/data'))).toEqual([1, 2]);
    const facts = { request_id: request.request_id, start_pulse_id: 1, stop_pulse_id: 10 };
    expect(log.events).toEqual([
      expect.objectContaining({ level: 'log', message: 'request received', ...facts }),
      expect.objectContaining({
        level: 'warn',
        message: 'channel is short',
        channel: 'A',
        first_pulse_id: 1,
        last_pulse_id: 2,
        missing_pulses: 8,
      }),
      expect.objectContaining({
        level: 'warn',
        message: 'channel not written',
        channel: 'GONE',
        code: 'missing',
      }),
      expect.objectContaining({
        level: 'log',
        message: 'file written',
        ...facts,
        ...counts,
        file_bytes,
        output_file: join(root, 'x.h5'),
      }),
    ]);
  });

  it('tries a transient failure again', async () => {
    const { api, root, writer } = await setUp([status(503), reply(A)]);
    expect(await writer.write(writeRequest('x.h5', ['A']))).toMatchObject({
      state: 'written',
      attempts: 2,
    });
    expect(api.queries).toHaveLength(2);
    expect(readdirSync(root)).toEqual(['x.h5']);
    expect(log.events[1]).toMatchObject({
      level: 'warn',
      message: 'attempt failed',
      tries: 1,
      code: 'http_status',
    });
  });

  // Of a broker whose clock is years behind: when the request was made is all that counts.
  const justSent = { sent: 1528459491.5 };

  it.each([
    ['a request of a broker', {}, justSent, 2],
    ['one that acquires another again', { replay_of: 'older' }, justSent, 1],
    ['a line of a trail', {}, undefined, 1],
  ])('asks again for what is missing at the end: %s', async (_case, more, sending, questions) => {
    const { api, writer } = await setUp([reply(A), reply({ name: 'A', values: [] })], {
      data_wait: 1,
    });
    const request = { ...writeRequest('x.h5', ['A']), ...more };
    const sent = sending && { sent: sending.sent + 1 };
    const report = await writer.write(request, sent);
    expect(report).toMatchObject({ state: 'written', rows: 2, channels_short: 1 });
    expect(api.queries).toHaveLength(questions);
  });

  it('waits for data that is not there yet, whatever the retries', async () => {
    const { root, writer } = await setUp([text('[]'), reply(A)], { retries: 0, data_wait: 60 });
    const report = writer.write(writeRequest('x.h5', ['A']), justSent);
    await until(() => writer.heldRequests[0].failure !== undefined);
    expect(writer.heldRequests[0]).toMatchObject({
      state: 'received',
      tries: 1,
      failure: { code: 'no_data_yet' },
    });
    expect(await report).toMatchObject({ state: 'written', attempts: 2 });
    expect(readdirSync(root)).toEqual(['x.h5']);
  });

  it('does not write twice what its broker sends again while it is held', async () => {
    const { api, writer } = await setUp([reply(A)]);
    const request = { ...writeRequest('x.h5', ['A']), attempt: 1 };
    const reports = [writer.write(request), writer.write({ ...request, attempt: 2 })];
    expect(writer.heldRequests).toMatchObject([{ attempt: 2 }]);
    const [first, second] = await Promise.all(reports);
    expect(second).toBe(first);
    expect(first.state).toBe('written');
    expect(api.queries).toHaveLength(1);
  });

  it('leaves an error file when the retries are used up', async () => {
    const { root, writer } = await setUp([status(503)], { retries: 1 });
    const request = writeRequest('new/folder/x.h5', ['A']);
    const report = await writer.write(request);
    const errorFile = join(root, 'new/folder/x.h5.err');
    expect(report).toMatchObject({
      state: 'failed',
      attempts: 2,
      error_file: errorFile,
      failure: { code: 'http_status' },
    });
    expect(requestIn(errorFile).request).toEqual(request);
    expect(readdirSync(join(root, 'new/folder'))).toEqual(['x.h5.err']);
    expect(log.events.at(-1)).toMatchObject({
      level: 'error',
      message: 'request failed',
      error_file: errorFile,
    });
  });

  it('does not try a permanent failure again, and takes the error file away after success', async () => {
    const { api, root, writer } = await setUp([text('[]'), reply(A)]);
    const request = writeRequest('x.h5', ['A']);
    expect(await writer.write(request)).toMatchObject({
      state: 'failed',
      failure: { code: 'empty_reply' },
    });
    expect(api.queries).toHaveLength(1);
    expect(readdirSync(root)).toEqual(['x.h5.err']);
    expect((await writer.write(request)).state).toBe('written');
    expect(readdirSync(root)).toEqual(['x.h5']);
  });

  it('takes the error file out of the state folder after success', async () => {
    const { root, state, writer } = await setUp([reply(A)], { retries: 0 });
    const request = writeRequest('run/x.h5', ['A']);
    writeFileSync(join(root, 'run'), 'no folder');
    const { error_file: errorFile } = await writer.write(request);
    expect(readdirSync(join(state, 'failed'))).toEqual([basename(errorFile!)]);
    rmSync(join(root, 'run'));
    expect((await writer.write(request)).state).toBe('written');
    expect(readdirSync(join(state, 'failed'))).toEqual([]);
  });

  it.each<[string, Partial<WriteRequest>, string]>([
    [
      'without channels',
      { data_api_request: '{"channels":[],"range":{"startPulseId":1,"endPulseId":2}}' },
      'is empty',
    ],
    [
      'whose query is no JSON',
      { data_api_request: '{"channels":' },
      'data_api_request is not JSON',
    ],
    ['without a query', { data_api_request: undefined }, 'data_api_request is missing'],
    ['without a range', { data_api_request: '{"channels":["A"]}' }, 'range is missing'],
  ])('leaves an error file, and says why, for a request %s', async (_case, fields, reason) => {
    const { api, root, writer } = await setUp([reply(A)]);
    const report = await writer.write({ ...writeRequest('run/x.h5', ['A']), ...fields });
    expect(report).toMatchObject({
      state: 'failed',
      attempts: 0,
      error_file: join(root, 'run/x.h5.err'),
      failure: { code: 'invalid_request', message: expect.stringContaining(reason) },
    });
    expect(readdirSync(join(root, 'run'))).toEqual(['x.h5.err']);
    expect(log.events.at(-1)).toMatchObject({
      level: 'error',
      error: expect.stringContaining(reason),
    });
    expect(api.queries).toEqual([]);
  });

  it('leaves no error file where the file of a newer request is, or its own', async () => {
    const { root, writer } = await setUp([reply(A), status(404)], { retries: 0 });
    const newer = { ...writeRequest('x.h5', ['A']), attempt: 1, timestamp: 2000 };
    await writer.write(newer);
    const older = { ...newer, request_id: 'older', timestamp: 1999 };
    expect(await writer.write({ ...older, data_api_request: '{"channels":' })).toMatchObject({
      state: 'superseded',
      failure: undefined,
    });
    expect(await writer.write({ ...newer, data_api_request: '{"channels":' })).toMatchObject({
      state: 'written',
      rows: 2,
      channels: [{ name: 'A', rows: 2, first_pulse_id: 1, last_pulse_id: 2 }],
    });
    expect(readdirSync(root)).toEqual(['x.h5']);
    const notSentAgain = { ...older, attempt: undefined, data_api_request: '' };
    expect((await writer.write(notSentAgain)).state).toBe('failed');
  });

  it.each<[string, Partial<WriteRequest>]>([
    ['parameters that are no JSON', { parameters: '{"output_file": "x.h5"' }],
    ['no parameters', { parameters: undefined }],
    ['an output file outside the roots', writeRequest('/etc/x.h5', ['A'])],
  ])('leaves a request with %s in the state folder', async (_case, fields) => {
    const { root, state, writer } = await setUp([reply(A)]);
    const { error_file: errorFile } = await writer.write({
      ...writeRequest('x.h5', ['A']),
      ...fields,
    });
    expect(errorFile).toBe(join(state, 'failed', readdirSync(join(state, 'failed'))[0]));
    expect(readdirSync(root)).toEqual([]);
  });

  it('writes requests for one file in their order, others meanwhile', async () => {
    const held: (() => void)[] = [];
    const { root, writer } = await setUp([
      (response) => void held.push(() => response.end(replyOf({ name: 'A', values: [1] }))),
      reply({ name: 'A', values: [2] }),
    ]);
    const older = writer.write(writeRequest('x.h5', ['A']));
    await until(() => held.length === 1);
    const newer = writer.write(writeRequest(join(root, './x.h5'), ['A']));
    expect((await writer.write(writeRequest('other.h5', ['A']))).state).toBe('written');
    expect(writer.heldRequests).toHaveLength(2);
    expect(existsSync(join(root, 'x.h5'))).toBe(false);
    held[0]();
    expect((await older).state).toBe('written');
    expect((await newer).state).toBe('written');
    expect(Array.from(readDataset(library, join(root, 'x.h5'), '/data/A/data'))).toEqual([2]);
    expect(writer.heldRequests).toEqual([]);
  });

  it('waits until the data may be asked for, and keeps nobody else waiting', async () => {
    const asked: number[] = [];
    const { writer } = await setUp(
      [(response) => (asked.push(Date.now()), response.end(replyOf(A)))],
      {
        data_retrieval_delay: 1,
        concurrency: 1,
      },
    );
    const made = Date.now();
    const young = writer.write({ ...writeRequest('young.h5', ['A']), timestamp: made / 1000 });
    const old = writer.write(writeRequest('old.h5', ['A']));
    expect((await old).state).toBe('written');
    expect((await young).state).toBe('written');
    expect(asked[1] - made).toBeGreaterThanOrEqual(995);
  });
});
