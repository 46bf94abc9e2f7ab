import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyUserId } from './apply-user-id.js';
import { type Bundle, bundle } from './bundle.fixture.js';

const WITHOUT_ACCOUNT = 54_321;

// Applies a user id with threads that exist before and one that comes after, and prints what the
// system says of each of them.
const CHILD = `
  import { readFileSync, readdirSync, promises } from 'node:fs';
  import { Worker } from 'node:worker_threads';
  const { applyUserId } = await import(process.argv[1]);
  await Promise.all(Array.from({ length: 8 }, () => promises.readFile('/proc/self/stat')));
  try {
    applyUserId(Number(process.argv[2]));
    const later = new Worker('setInterval(() => {}, 1000)', { eval: true });
    await new Promise((resolve) => later.once('online', resolve));
    const threads = readdirSync('/proc/self/task').map((task) => {
      const status = readFileSync('/proc/self/task/' + task + '/status', 'utf8');
      const ids = (field) => status.match(new RegExp('^' + field + ':\\\\s*(.*?)\\\\s*$', 'm'))[1].split(/\\s+/).filter(Boolean).map(Number);
      return { uid: ids('Uid'), gid: ids('Gid'), groups: ids('Groups') };
    });
    console.log(JSON.stringify(threads));
  } catch (error) {
    console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message }));
  }
  process.exit();
`;

interface ThreadIds {
  readonly uid: number[];
  readonly gid: number[];
  readonly groups: number[];
}

/** An account that belongs to a further group: its user id and that group's id. */
function accountWithGroup(): [number, number] | undefined {
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n');
  for (const line of lines('/etc/group')) {
    const [, , gid, members] = line.split(':');
    const account = lines('/etc/passwd').find((entry) =>
      members?.split(',').includes(entry.split(':', 1)[0]),
    );
    if (account && Number(account.split(':')[2]) > 0)
      return [Number(account.split(':')[2]), Number(gid)];
  }
  return undefined;
}

const isRoot = process.platform === 'linux' && process.getuid!() === 0;
const account = isRoot ? accountWithGroup() : undefined;

describe('applyUserId', () => {
  let module: Bundle;
  beforeAll(async () => {
    module = await bundle('./apply-user-id.ts');
  });
  afterAll(() => module.remove());

  async function inChild<T>(userId: number, as: { uid?: number; gid?: number } = {}): Promise<T> {
    const args = ['--input-type=module', '-e', CHILD, module.url.href, String(userId)];
    const { stdout } = await promisify(execFile)(process.execPath, args, as);
    return JSON.parse(stdout) as T;
  }

  it('leaves the process as it is for -1', () => {
    const before = process.getuid?.();
    applyUserId(-1);
    expect(process.getuid?.()).toBe(before);
  });

  it.runIf(isRoot)('makes every thread the user’s, without other groups', async () => {
    const threads = await inChild<ThreadIds[]>(WITHOUT_ACCOUNT);
    expect(threads.length).toBeGreaterThan(5);
    for (const { uid, gid, groups } of threads) {
      expect([...uid, ...gid]).toEqual(Array(8).fill(WITHOUT_ACCOUNT));
      expect(groups).toEqual([WITHOUT_ACCOUNT]);
    }
  });

  it.runIf(account)('gives the supplementary groups of the account', async () => {
    const [userId, group] = account!;
    for (const { uid, gid, groups } of await inChild<ThreadIds[]>(userId)) {
      expect([...uid, ...gid]).toEqual(Array(8).fill(userId));
      expect(groups).toEqual(expect.arrayContaining([userId, group]));
    }
  });

  it.runIf(isRoot)('refuses what the process may not become, and says what to do', async () => {
    const user = { uid: WITHOUT_ACCOUNT, gid: WITHOUT_ACCOUNT };
    expect(await inChild(WITHOUT_ACCOUNT + 1, user)).toEqual({
      name: 'UserIdNotApplied',
      code: 'user_id_not_applied',
      message: expect.stringMatching(/can't run as user 54322: .*Start it as root/),
    });
  });

  it.runIf(isRoot)('accepts the user that the process already is', async () => {
    const user = { uid: WITHOUT_ACCOUNT, gid: WITHOUT_ACCOUNT };
    const [thread] = await inChild<ThreadIds[]>(WITHOUT_ACCOUNT, user);
    expect(thread.uid[0]).toBe(WITHOUT_ACCOUNT);
  });
});
