import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { acquire, call, parametersFor } from '../support/detector.js';
import { poll } from '../support/poll.js';
import { MAIN } from '../support/service.js';

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** Acquisitions whose log lines are more than 64 KiB. */
const MORE_THAN_A_PIPE_TAKES = 50;

let beamline: Beamline;
let children: ChildProcess[] = [];
let open: number[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const fd of open.splice(0)) closeSync(fd);
  await beamline.clear();
});

function opened(path: string, flags: number): number {
  const fd = openSync(path, flags);
  open.push(fd);
  return fd;
}

/** The end of a pipe that is written to. Nobody reads at the other end. */
function pipe(name: string): { reader: number; writer: number } {
  const path = join(beamline.folder, name);
  execFileSync('mkfifo', [path]);
  const reader = opened(path, O_RDONLY | O_NONBLOCK);
  return { reader, writer: opened(path, O_WRONLY) };
}

const STANDARD_ERROR = {
  'a full disk': () => opened('/dev/full', O_WRONLY),
  'a pipe that nobody reads': () => pipe('unread').writer,
  'a pipe whose reader has left': () => {
    const { reader, writer } = pipe('left');
    closeSync(reader);
    open = open.filter((fd) => fd !== reader);
    return writer;
  },
};

function run(standardError: number, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args, '--log_level', 'DEBUG'], {
    cwd: beamline.folder,
    stdio: ['ignore', opened('/dev/full', O_WRONLY), standardError],
  });
  children.push(child);
  return child;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  return child.exitCode;
}

describe('a log that nobody takes', () => {
  it.each([
    ['a full disk', 'a pipe whose reader has left', 1],
    ['a pipe that nobody reads', 'a full disk', MORE_THAN_A_PIPE_TAKES],
  ] as const)(
    'does not hold up the broker (%s) nor the writer (%s), nor their end',
    async (ofBroker, ofWriter, acquisitions) => {
      beamline = await Beamline.prepare();
      const broker = run(STANDARD_ERROR[ofBroker](), ...beamline.brokerArguments());
      const writer = run(
        STANDARD_ERROR[ofWriter](),
        ...['writer', beamline.stream, ...beamline.writerFlags()],
      );
      const requests = (query = '') => call('GET', `${beamline.url}/requests${query}`);
      await poll(() => requests().catch(() => undefined));
      for (let n = 0; n < acquisitions; n++) {
        const parameters = parametersFor('/dev/null', ['SIMULATOR-10HZ']);
        await acquire(beamline.url, parameters, 1, 100);
      }
      const all = await poll(async () => {
        const { json } = await requests('?state=skipped&limit=1000');
        const written = json.requests as unknown[];
        return written.length === acquisitions ? written : undefined;
      });
      expect(all).toHaveLength(acquisitions);
      expect(await exitCode(writer)).toBe(0);
      expect(await exitCode(broker)).toBe(0);
    },
  );
});
