import { readFileSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

const DAY_S = 24 * 3600;

let broker: BrokerFixture;
let writer: ReportingWriter | undefined;

beforeEach(async () => {
  broker = await new BrokerFixture().start({ reports: 'on' });
});

afterEach(async () => {
  await writer?.kill();
  writer = undefined;
  await broker.remove();
});

/** Ends the broker; the next one finds all that it keeps as it is now, `change` apart. */
async function restart(change: () => void, settings = {}): Promise<void> {
  await broker.stop();
  change();
  broker.log.length = 0;
  await broker.start({ reports: 'on', ...settings });
}

const outcomesAreLost = () => {
  for (const name of readdirSync(broker.folder)) {
    if (name.includes('.outcomes')) rmSync(`${broker.folder}/${name}`);
  }
};

interface Listed {
  readonly request_id: string;
  readonly state: string;
  readonly withheld?: string;
}

const listed = async (query = '') =>
  (await broker.call('GET', `/requests?limit=500${query}`)).json.requests as Listed[];

const statesById = async () =>
  Object.fromEntries((await listed()).map(({ request_id: id, state }) => [id, state]));

const logged = (message: string) =>
  broker.log.filter(({ msg }) => typeof msg === 'string' && msg.startsWith(message));

const health = async () =>
  (await broker.call('GET', '/health/ready')).json as {
    readonly details: { readonly requests: Record<string, unknown> };
  };

/** Puts requests into the trail, that many seconds old, each under its name as id. */
function record(names: readonly string[], age: number): void {
  const trail = readFileSync(broker.trailFile, 'utf8');
  const [like] = broker.recorded();
  const lines = names.map((id) => {
    const timestamp = Date.now() / 1000 - age;
    const parameters = JSON.stringify({ output_file: `${broker.folder}/${id}.h5` });
    return `${formatTrailLine({ ...like, request_id: id, parameters, timestamp })}\n`;
  });
  writeFileSync(broker.trailFile, trail + lines.join(''));
}

describe('a trail whose outcomes are lost', () => {
  it('sends young requests, and withholds the others until a start recovers them', async () => {
    const young = await broker.acquire('young.h5');
    await restart(() => {
      record(['old-1', 'old-2'], 1.5 * DAY_S);
      outcomesAreLost();
    });
    expect(logged('outcomes of the trail are lost')).toMatchObject([
      { level: 'WARNING', requests: 3, requests_withheld: 2 },
    ]);
    expect(await statesById()).toEqual({
      [young]: 'queued',
      'old-1': 'recorded',
      'old-2': 'recorded',
    });
    expect((await listed('&state=recorded')).map((each) => each.withheld)).toEqual([
      'outcomes_lost',
      'outcomes_lost',
    ]);
    expect((await health()).details.requests).toMatchObject({
      status: 'degraded',
      withheld: 2,
      message: expect.stringContaining('--recover_all'),
    });
    // It stays so, wherever the trail is moved to meanwhile.
    await restart(() => renameSync(broker.trailFile, `${broker.trailFile}.1`));
    expect(logged('outcomes of the trail are lost')).toEqual([]);
    expect(await statesById()).toMatchObject({ 'old-1': 'recorded', 'old-2': 'recorded' });
    await restart(() => undefined, { recover_all: true });
    writer = await ReportingWriter.connect(broker);
    const sent = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const request = await writer.next();
      sent.add(request.request_id);
      await writer.outcome(request);
    }
    expect(sent).toEqual(new Set([young, 'old-1', 'old-2']));
    await expect
      .poll(async () => new Set(Object.values(await statesById())))
      .toEqual(new Set(['written']));
    expect((await health()).details.requests).toMatchObject({ status: 'up' });
    await restart(() => undefined, { recover_all: true });
    expect(new Set(Object.values(await statesById()))).toEqual(new Set(['written']));
  });

  it('sends those that a start recovered, even if it is killed before they are done', async () => {
    await broker.acquire('young.h5');
    await restart(() => {
      record(['old-1', 'old-2'], 1.5 * DAY_S);
      outcomesAreLost();
    });
    await restart(() => undefined, { recover_all: true });
    writer = await ReportingWriter.connect(broker);
    await writer.next();
    // None is told of, and the trail is moved away.
    await writer.kill();
    await restart(() => renameSync(broker.trailFile, `${broker.trailFile}.1`), { lease: 1 });
    const states = await statesById();
    expect(Object.keys(states)).toHaveLength(3);
    expect(Object.values(states)).not.toContain('recorded');
    writer = await ReportingWriter.connect(broker);
    const sent = new Set<string>();
    for (let n = 0; n < 3; n++) {
      const request = await writer.next();
      sent.add(request.request_id);
      await writer.outcome(request);
    }
    expect(sent).toEqual(new Set(Object.keys(states)));
    await expect
      .poll(async () => new Set(Object.values(await statesById())))
      .toEqual(new Set(['written']));
    await restart(() => undefined);
    expect(new Set(Object.values(await statesById()))).toEqual(new Set(['written']));
  });

  it.each([
    [100, 'queued'],
    [101, 'recorded'],
  ])('with %i requests has them %s', async (count, state) => {
    await broker.acquire('a.h5');
    await restart(() => {
      record(
        Array.from({ length: count - 1 }, (_, n) => `id-${n}`),
        60,
      );
      outcomesAreLost();
    });
    const states = Object.values(await statesById());
    expect(states).toHaveLength(count);
    expect(new Set(states)).toEqual(new Set([state]));
  });

  it('has what stood in files that were moved away, if it is young', async () => {
    const id = await broker.acquire('a.h5');
    await restart(() => {
      record(['old'], 2 * DAY_S);
      renameSync(broker.trailFile, `${broker.trailFile}.1`);
      outcomesAreLost();
    });
    expect(await statesById()).toEqual({ [id]: 'queued' });
  });

  it('is not mistaken for a trail that never had any', async () => {
    await restart(() => {
      outcomesAreLost();
      rmSync(`${broker.trailFile}.id`);
      writeFileSync(broker.trailFile, '');
    });
    const ids = [await broker.acquire('a.h5')];
    expect(logged('outcomes of the trail are lost')).toEqual([]);
    expect(await statesById()).toEqual({ [ids[0]]: 'queued' });
  });
});

describe('a trail that is damaged in the middle', () => {
  it('has all that can be read, says where it is damaged, and keeps the rest aside', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push(await broker.acquire(`${n}.h5`));
    const offsets = broker.recorded().map((request) => `${formatTrailLine(request)}\n`.length);
    const secondAt = offsets[0];
    const fifthAt = offsets.slice(0, 4).reduce((sum, length) => sum + length) - 1;
    await restart(() => {
      const trail = readFileSync(broker.trailFile);
      // The second record loses its middle, the fourth its end.
      trail.fill(0, secondAt + 40, secondAt + 200);
      writeFileSync(
        broker.trailFile,
        Buffer.concat([trail.subarray(0, fifthAt), trail.subarray(fifthAt + 1)]),
      );
    });
    const damage = {
      level: 'ERROR',
      file: broker.trailFile,
      offset: secondAt,
      bytes: offsets[1] - 1,
      kept_as: `${broker.trailFile}.damaged`,
    };
    const lostEnd = { level: 'ERROR', file: broker.trailFile, offset: fifthAt, bytes: 0 };
    expect(logged('trail is damaged')).toMatchObject([damage, lostEnd]);
    const known = (await listed()).map(({ request_id: id }) => id).toReversed();
    expect(known).toEqual(ids.filter((_, n) => n !== 1));
    writer = await ReportingWriter.connect(broker);
    for (const id of known) {
      const request = await writer.next();
      expect(request.request_id).toBe(id);
      await writer.outcome(request);
    }
    // It is told again, and kept once.
    await restart(() => undefined);
    expect(logged('trail is damaged')).toMatchObject([damage, lostEnd]);
    const kept = readFileSync(`${broker.trailFile}.damaged`, 'utf8').trimEnd().split('\n');
    expect(kept).toHaveLength(1);
    const { base64, offset } = JSON.parse(kept[0]) as { base64: string; offset: number };
    expect(Buffer.from(base64, 'base64')).toEqual(
      readFileSync(broker.trailFile).subarray(offset, offset + damage.bytes),
    );
  });

  it('has the first of two requests on one line where the second is settled', async () => {
    const ids = [await broker.acquire('a.h5'), await broker.acquire('b.h5')];
    writer = await ReportingWriter.connect(broker);
    const [first, second] = [await writer.next(), await writer.next()];
    await writer.outcome(second);
    await vi.waitFor(async () => expect((await statesById())[ids[1]]).toBe('written'));
    await writer.kill();
    await restart(() => {
      const text = readFileSync(broker.trailFile, 'utf8');
      writeFileSync(broker.trailFile, text.replace('}\n[', '}['));
    });
    expect(await statesById()).toMatchObject({ [first.request_id]: 'sent', [ids[1]]: 'written' });
    expect(logged('trail is damaged')).toMatchObject([{ level: 'ERROR', bytes: 0 }]);
  });
});

describe('a trail that was moved away', () => {
  const anHourAhead = (file: string) => {
    const time = Date.now() / 1000 + 3600;
    utimesSync(file, time, time);
  };

  it('is recognized by its contents, whatever the clock said', async () => {
    const ids = [await broker.acquire('a.h5')];
    await restart(() => anHourAhead(broker.trailFile));
    ids.push(await broker.acquire('b.h5'));
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    ids.push(await broker.acquire('c.h5'));
    await restart(() => undefined);
    expect(Object.keys(await statesById()).toSorted()).toEqual(ids.toSorted());
    // Packed, and under yet another name.
    await restart(() => {
      const moved = readFileSync(`${broker.trailFile}.1`);
      rmSync(`${broker.trailFile}.1`);
      writeFileSync(`${broker.trailFile}.2.gz`, gzipSync(moved));
      renameSync(broker.trailFile, `${broker.trailFile}.1`);
    });
    expect(Object.keys(await statesById()).toSorted()).toEqual(ids.toSorted());
    expect(gunzipSync(readFileSync(`${broker.trailFile}.2.gz`)).toString()).toContain(ids[0]);
  });

  it('comes in the order of the trail', async () => {
    const ids = [await broker.acquire('a.h5')];
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    ids.push(await broker.acquire('b.h5'));
    await restart(() => {
      renameSync(broker.trailFile, `${broker.trailFile}.2`);
      anHourAhead(`${broker.trailFile}.1`);
    });
    writer = await ReportingWriter.connect(broker);
    for (const id of ids) {
      const request = await writer.next();
      expect(request.request_id).toBe(id);
      await writer.outcome(request);
    }
  });

  it('is read by its time where an earlier release had noted no more', async () => {
    const ids = [await broker.acquire('a.h5')];
    await restart(() => {
      renameSync(broker.trailFile, `${broker.trailFile}.1`);
      const started = Math.floor(Date.now() / 1000) - 60;
      writeFileSync(`${broker.trailFile}.outcomes`, `${JSON.stringify({ started })}\n`);
    });
    expect(await statesById()).toEqual({ [ids[0]]: 'queued' });
  });
});
