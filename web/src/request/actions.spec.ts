import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { acquireAgain, cancel, curlCommand, mayAcquireAgain, mayCancel } from './actions.js';

afterEach(() => vi.unstubAllGlobals());

const LINE = {
  data_api_request: '{"range":{"startPulseId":9007199254740993}}',
  parameters: `{"general/user":"O'Neill"}`,
  timestamp: 1795511700.25,
};

/** Answers as the broker does; keeps what it was asked. */
function stubBroker(answers: Record<string, [status: number, body: object]>) {
  const asked: [string, RequestInit | undefined][] = [];
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) => {
    asked.push([path, init]);
    const [status, body] = answers[`${init?.method ?? 'GET'} ${path}`]!;
    return Promise.resolve(Response.json(body, { status }));
  });
  return asked;
}

test('submits a request as it was recorded', async () => {
  const asked = stubBroker({
    'GET /requests/a/line': [200, { line: LINE }],
    'POST /requests?force=true&lane=live': [200, { request_id: 'b' }],
  });
  expect(await acquireAgain('a', { force: true, lane: 'live' })).toBe('b');
  expect(JSON.parse(asked[1]![1]!.body as string)).toEqual(LINE);
});

test('throws what the broker says where it refuses', async () => {
  stubBroker({ 'DELETE /requests/a': [409, { message: 'a is written already' }] });
  await expect(cancel('a')).rejects.toThrow('a is written already');
});

test('gives a command that a shell passes on unchanged', async () => {
  stubBroker({ 'GET /requests/a/line': [200, { line: LINE }] });
  const command = await curlCommand('a', 'http://broker:10002');
  const words = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${command}`], {
    encoding: 'utf8',
  });
  const [, , url, , , , body] = words.split('\n');
  expect(url).toBe('http://broker:10002/requests');
  expect(JSON.parse(body!)).toEqual(LINE);
});

test('lets a command fetch what is too long for one', async () => {
  const reply = {
    state: 'ok',
    status: 'stopped',
    line: { ...LINE, parameters: `{"line":{},"long":"${'x'.repeat(100_000)}"}` },
  };
  stubBroker({ 'GET /requests/a/line': [200, reply] });
  const command = await curlCommand('a', 'http://broker:10002');
  expect(command.length).toBeLessThan(500);
  // The first one fetches, the second one is given what it is to send.
  const curl = `curl() { if [ "$1" = -s ]; then printf %s "$REPLY"; else cat; fi; }`;
  const env = { ...process.env, REPLY: JSON.stringify(reply) };
  const sent = execFileSync('sh', ['-c', `${curl}; ${command}`], { encoding: 'utf8', env });
  expect(JSON.parse(sent)).toEqual(reply.line);
});

test('knows which requests may be acquired again, and which cancelled', () => {
  const head = { request_id: 'a', time: 0, accepted: 0, attempt: 1 };
  const may = (each: Parameters<typeof mayCancel>[0]) => [mayAcquireAgain(each), mayCancel(each)];
  expect(may({ ...head, state: 'written' })).toEqual([true, false]);
  expect(may({ ...head, state: 'failed' })).toEqual([true, false]);
  expect(may({ ...head, state: 'failed', next_attempt: 5 })).toEqual([false, true]);
  expect(may({ ...head, state: 'queued' })).toEqual([false, true]);
  expect(may({ ...head, state: 'writing' })).toEqual([false, false]);
});
