import { expect, test, vi } from 'vitest';
import type { RequestHead } from '../api/broker.js';
import { type Filter, NO_FILTER } from '../shell/route.js';
import { matches } from './matches.js';
import { type FetchPage, RequestList } from './request-list.js';

function head(sequence: number, more: Partial<RequestHead> = {}): RequestHead {
  return {
    request_id: `r${sequence}`,
    sequence,
    state: 'written',
    time: 0,
    accepted: 0,
    attempt: 1,
    output_file: `/sf/run_${sequence}.h5`,
    ...more,
  };
}

/** A broker with so many requests, `r1` the oldest, and what it was asked for. */
function brokerOf(count: number, filter: Filter = NO_FILTER) {
  const all = Array.from({ length: count }, (_, index) => head(count - index));
  const asked: object[] = [];
  const fetchPage: FetchPage = async ({ from, skip, limit }) => {
    asked.push({ from, skip });
    const found = all.filter((each) => matches(each, filter));
    const start = from === undefined ? 0 : found.findIndex((each) => each.request_id === from);
    const requests = found.slice(start + skip, start + skip + limit);
    return { requests, ...(from === undefined && { total: found.length }) };
  };
  return { all, asked, fetchPage };
}

async function listOf(count: number, filter: Filter = NO_FILTER) {
  const broker = brokerOf(count, filter);
  const list = new RequestList(filter, broker.fetchPage);
  await list.reload();
  return { list, ...broker };
}

const batch = (...heads: RequestHead[]) => ({
  heads: new Map(heads.map((each) => [each.request_id, each])),
  isGap: false,
});

const idAt = (list: RequestList, index: number) => list.at(index)?.request_id;

test('fetches what somebody looks at, and not what is passed by', async () => {
  const { list, asked } = await listOf(100_000);
  expect(list.state).toMatchObject({ count: 100_000, unseen: 0 });
  expect(idAt(list, 0)).toBe('r100000');
  expect(list.at(70_050)).toBeUndefined();
  for (const place of [50_000, 60_000, 65_000, 70_050]) list.look(place, place + 20);
  await vi.waitFor(() => expect(idAt(list, 70_050)).toBe('r29950'));
  expect(asked).toEqual([
    { from: undefined, skip: 0 },
    // Two at once, and then where the reader is by now.
    { from: 'r100000', skip: 50_000 },
    { from: 'r100000', skip: 60_000 },
    { from: 'r100000', skip: 70_000 },
  ]);
});

test('puts new requests on top, and older ones keep their order', async () => {
  const { list } = await listOf(150);
  list.apply(batch(head(152, { state: 'queued' }), head(151, { state: 'queued' })));
  expect(list.state.count).toBe(152);
  expect([0, 1, 2].map((index) => idAt(list, index))).toEqual(['r152', 'r151', 'r150']);
  list.look(110, 120);
  await vi.waitFor(() => expect(idAt(list, 111)).toBe('r41'));
});

test('only counts new requests while the reader is further down', async () => {
  const { list } = await listOf(3);
  list.atTop(false);
  list.apply(batch(head(4), head(5)));
  list.apply(batch(head(4, { state: 'failed' })));
  expect(list.state).toMatchObject({ count: 3, unseen: 2 });
  expect(idAt(list, 0)).toBe('r3');
  list.atTop(true);
  expect(list.state).toMatchObject({ count: 5, unseen: 0 });
  expect(list.at(1)).toMatchObject({ request_id: 'r4', state: 'failed' });
});

test('changes a request at its place', async () => {
  const { list, asked } = await listOf(3);
  list.apply(batch(head(2, { state: 'failed' })));
  expect(list.at(1)).toMatchObject({ request_id: 'r2', state: 'failed' });
  expect(asked).toHaveLength(1);
});

test('takes no notice of what the filter leaves out', async () => {
  const { list } = await listOf(3, { ...NO_FILTER, search: 'RUN_3' });
  expect(list.state.count).toBe(1);
  list.apply(batch(head(4), head(30)));
  expect(idAt(list, 0)).toBe('r30');
  expect(list.state.count).toBe(2);
});

test('finds an older request that comes to belong to the list', async () => {
  const { list, all } = await listOf(300, { ...NO_FILTER, state: ['failed'] });
  expect(list.state.count).toBe(0);
  all[200] = head(100, { state: 'failed' });
  all[100] = head(200, { state: 'failed' });
  list.apply(batch(all[200]));
  expect(list.state.count).toBe(1);
  list.apply(batch(all[100]));
  expect([0, 1].map((index) => idAt(list, index))).toEqual(['r200', 'r100']);
});

test('counts such a request while the reader is further down, and fetches it at the top', async () => {
  const { list, all } = await listOf(10, { ...NO_FILTER, state: ['written'] });
  list.atTop(false);
  list.apply(batch(head(10, { state: 'failed' })));
  all.splice(5, 0, head(5.5));
  list.apply(batch(all[5]!));
  expect(list.state).toMatchObject({ count: 10, unseen: 1 });
  list.atTop(true);
  await vi.waitFor(() => expect(list.state).toMatchObject({ count: 11, unseen: 0 }));
});

test('fetches all anew after a gap', async () => {
  const { list, all } = await listOf(3);
  all.unshift(head(4));
  list.apply({ heads: new Map(), isGap: true });
  await vi.waitFor(() => expect(list.state.count).toBe(4));
});

test('says what is wrong, and goes on showing what it has', async () => {
  const { fetchPage } = brokerOf(3);
  let isDown = false;
  const list = new RequestList(NO_FILTER, (...asked) =>
    isDown ? Promise.reject(new Error('gone')) : fetchPage(...asked),
  );
  await list.reload();
  isDown = true;
  await list.reload();
  expect(list.state).toMatchObject({ count: 3, problem: 'gone' });
  list.close();
});

test('knows better than a reply what came by events while it was on its way', async () => {
  const { fetchPage } = brokerOf(250);
  const answers: (() => void)[] = [];
  const list = new RequestList(NO_FILTER, async (...asked) => {
    const page = await fetchPage(...asked);
    await new Promise<void>((resolve) => answers.push(resolve));
    return page;
  });
  const loaded = list.reload();
  await vi.waitFor(() => expect(answers).toHaveLength(1));
  list.apply(batch(head(250, { state: 'failed' }), head(251, { state: 'queued' })));
  answers[0]!();
  await loaded;
  expect([0, 1].map((index) => list.at(index)?.state)).toEqual(['queued', 'failed']);

  list.look(120, 130);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  list.apply(batch(head(129, { state: 'failed' })));
  answers[1]!();
  await vi.waitFor(() =>
    expect(list.at(122)).toMatchObject({ request_id: 'r129', state: 'failed' }),
  );
});
