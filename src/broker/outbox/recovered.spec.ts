import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

let broker: BrokerFixture;
const writers: ReportingWriter[] = [];

beforeEach(async () => {
  broker = await new BrokerFixture().start();
});

afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.kill();
  await broker.remove();
});

async function newWriter(...held: Parameters<typeof ReportingWriter.connect>[1][]) {
  const writer = await ReportingWriter.connect(broker, held[0]);
  writers.push(writer);
  return writer;
}

/** The broker's files as they are at this moment are what the next broker finds. */
async function restartAsAfterAKill(settings = {}): Promise<void> {
  const files = [broker.trailFile, `${broker.trailFile}.outcomes`];
  const atTheKill = files.map((file) => readFileSync(file));
  await broker.stop();
  files.forEach((file, i) => writeFileSync(file, atTheKill[i]));
  await broker.start(settings);
}

const one = async (id: string) =>
  (await broker.call('GET', `/requests/${id}`)).json.request as {
    readonly state: string;
    readonly attempt: number;
    readonly history: readonly { readonly state: string }[];
  };

function comesTo(id: string, state: string): Promise<void> {
  return vi.waitFor(async () => expect((await one(id)).state).toBe(state), {
    timeout: 4000,
    interval: 10,
  });
}

describe('after a kill of the broker', () => {
  it('lines that are nested without end keep nothing from being delivered', async () => {
    const id = await broker.acquire('a.h5');
    const [request] = broker.recorded();
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const poison = [
      { ...request, request_id: `${id}-1`, parameters: `{"output_file":"b.h5","x":${nested}}` },
      { ...request, request_id: `${id}-2`, data_api_request: nested },
    ].map((each) => formatTrailLine(each));
    poison.push(
      formatTrailLine({ ...request, request_id: `${id}-3` }).replace(/}$/, `,"x":${nested}}`),
    );
    appendFileSync(broker.trailFile, `${poison.join('\n')}\n`);
    await restartAsAfterAKill({ lease: 1 });
    const writer = await newWriter();
    // What is read of the other two is enough to send them, and a writer refuses them.
    const sent = [await writer.next(), await writer.next()];
    expect(sent.map(({ request_id }) => request_id)).toEqual([`${id}-1`, `${id}-2`]);
    for (const each of sent) await writer.outcome(each);
    await comesTo(`${id}-2`, 'written');
    await comesTo(id, 'superseded');
  });

  it('requests for one file wait for the one that is claimed, and then the newest goes first', async () => {
    const first = await newWriter();
    const ids = [await broker.acquire('a.h5')];
    const claimed = await first.next();
    for (let n = 0; n < 2; n++) ids.push(await broker.acquire('a.h5'));
    await first.kill();
    await restartAsAfterAKill();
    const writer = await newWriter([claimed]);
    await comesTo(ids[0], 'received');
    expect((await one(ids[1])).state).toBe('queued');
    await writer.outcome(claimed);
    const newest = await writer.next();
    expect(newest).toMatchObject({ request_id: ids[2], attempt: 1 });
    await writer.outcome(newest);
    await comesTo(ids[2], 'written');
    await comesTo(ids[1], 'superseded');
  });

  it('they wait for one that nobody claims, too, which is sent again', async () => {
    const first = await newWriter();
    const ids = [await broker.acquire('a.h5')];
    const lost = await first.next();
    ids.push(await broker.acquire('a.h5'));
    await first.progress(lost, 'received');
    await comesTo(ids[0], 'received');
    await first.kill();
    await restartAsAfterAKill({ lease: 0.4 });
    const writer = await newWriter();
    const again = await writer.next();
    expect(again).toMatchObject({ request_id: ids[0], attempt: 2 });
    expect((await one(ids[1])).state).toBe('queued');
    await writer.outcome(again);
    expect(await writer.next()).toMatchObject({ request_id: ids[1], attempt: 1 });
  });
});

describe('what became of a request', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'is kept while the disk is full, and noted then',
    async () => {
      const file = `${broker.trailFile}.outcomes`;
      renameSync(file, `${file}.1`);
      symlinkSync('/dev/full', file);
      const writer = await newWriter();
      const id = await broker.acquire('a.h5');
      await writer.outcome(await writer.next());
      await comesTo(id, 'written');
      expect((await broker.statistics()).outcomes_waiting).toBeGreaterThan(0);
      const told = { level: 'ERROR', msg: expect.stringContaining('could not be noted') };
      await expect.poll(() => broker.log).toContainEqual(expect.objectContaining(told));
      unlinkSync(file);
      await expect
        .poll(async () => (await broker.statistics()).outcomes_waiting, { timeout: 4000 })
        .toBe(0);
      await broker.stop();
      await broker.start();
      expect((await one(id)).history.map(({ state }) => state)).toEqual([
        'queued',
        'sent',
        'written',
      ]);
    },
  );

  it.each(['moved away', 'copied and cut off'])(
    'is known though the outcomes file was %s',
    async (how) => {
      const writer = await newWriter();
      const written = async (file: string) => {
        const id = await broker.acquire(file);
        await writer.outcome(await writer.next());
        await comesTo(id, 'written');
        return id;
      };
      const ids = [await written('a.h5'), await written('b.h5')];
      const file = `${broker.trailFile}.outcomes`;
      if (how === 'moved away') renameSync(file, `${file}-20261124`);
      else {
        copyFileSync(file, `${file}-20261124`);
        truncateSync(file);
      }
      ids.push(await written('c.h5'));
      const known = async () => {
        const { json } = await broker.call('GET', '/requests?state=written');
        const listed = (json.requests as { request_id: string }[]).map((each) => each.request_id);
        expect(listed).toEqual(ids.toReversed());
        const states = (await one(ids[0])).history.map(({ state }) => state);
        expect(states).toEqual(['queued', 'sent', 'written']);
      };
      await known();
      await broker.stop();
      await broker.start();
      await known();
    },
  );
});
