import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Beamline } from './support/beamline.js';
import { poll } from './support/poll.js';

const RECEIVER = `
import json, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1].replace("@", "\\0", 1))
while True:
    print(json.dumps(receiver.recv(65536).decode()), flush=True)
`;
const missing = [
  ['python3', ['-c', 'pass']],
  ['systemd-notify', ['--version']],
].filter(([program, args]) => spawnSync(program as string, args as string[]).status !== 0);

let beamline: Beamline;
let told: string[];

beforeEach(async ({ skip }) => {
  if (missing.length > 0) skip(`${missing.map(([program]) => program).join()} not installed`);
  beamline = await Beamline.prepare();
  told = [];
});

afterEach(() => beamline?.clear());

/** A socket of the test's own in the place of systemd's. */
async function listenAs(socket: string): Promise<NodeJS.ProcessEnv> {
  const python: ChildProcess = spawn('python3', ['-c', RECEIVER, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void python.kill());
  // A message is the lines of one datagram; the last one only has systemd-notify wait.
  createInterface(python.stdout!).on('line', (line) => told.push(JSON.parse(line) as string));
  const NOTIFY_SOCKET = socket;
  const probe = () =>
    spawnSync('systemd-notify', ['X_TEST=1'], { env: { ...process.env, NOTIFY_SOCKET } }).status;
  await poll(() => probe() === 0 || undefined);
  return { NOTIFY_SOCKET };
}

const hears = (text: string, from = 0) =>
  poll(() => told.slice(from).find((message) => message.includes(text)));

describe('systemd', () => {
  it('hears that a broker is ready, lives, reads its settings again, and ends', async () => {
    const socket = await listenAs(join(beamline.folder, 'notify'));
    const env = { ...socket, WATCHDOG_USEC: '400000' };
    const broker = beamline.runIn(env, ...beamline.brokerArguments());
    const first = await hears('READY=1');
    expect(first).toMatch(/^READY=1\nWATCHDOG=1\nSTATUS=takes acquisitions; recovers/);
    await hears('STATUS=delivers 0 requests, 0 of them under way; 0 writers reporting');
    await poll(() => told.filter((text) => text.includes('WATCHDOG=1')).length > 3 || undefined);
    const before = told.length;
    broker.child.kill('SIGHUP');
    expect(await hears('RELOADING=1', before)).toMatch(/^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    const reload = told.findIndex((text) => text.startsWith('RELOADING=1'));
    await hears('READY=1', reload);
    expect(await broker.end()).toBe(0);
    expect(await hears('STOPPING=1')).toBe('STOPPING=1\nSTATUS=shutting down');
  });

  it('hears of a writer what it does, under an abstract name too', async () => {
    const env = await listenAs(`@sf-databuffer-test-${process.pid}`);
    const writer = beamline.runIn(env, 'writer', beamline.stream, ...beamline.writerFlags());
    expect(await hears('READY=1')).toBe('READY=1\nSTATUS=idle; waits for a broker');
    expect(await writer.end()).toBe(0);
    expect(told.filter((text) => text.includes('WATCHDOG'))).toEqual([]);
    await hears('STOPPING=1');
  });
});
