import { expect, test } from 'vitest';
import type { StreamMessage } from './event-stream.js';
import { StreamReaders } from './stream-readers.js';

function pages() {
  const calls: string[] = [];
  let hear: (message: StreamMessage) => void = () => {};
  const readers = new StreamReaders((told) => {
    hear = told;
    return { open: () => calls.push('open'), close: () => calls.push('close') };
  });
  const page = () => {
    const heard: StreamMessage[] = [];
    return { heard, hear: (message: StreamMessage) => void heard.push(message) };
  };
  return { readers, calls, page, tell: (message: StreamMessage) => hear(message) };
}

test('has one stream for all pages, from the first to the last of them', () => {
  const { readers, calls, page, tell } = pages();
  const [a, b] = [page(), page()];
  readers.add(a.hear);
  readers.add(b.hear);
  readers.add(b.hear);
  tell({ kind: 'head', json: '{}' });
  expect([a.heard, b.heard]).toEqual([[{ kind: 'head', json: '{}' }], a.heard]);
  readers.remove(a.hear);
  expect(calls).toEqual(['open']);
  readers.remove(b.hear);
  readers.remove(b.hear);
  expect(calls).toEqual(['open', 'close']);
});

test('tells a page that comes later how the stream is, and that it missed something', () => {
  const { readers, page, tell } = pages();
  readers.add(page().hear);
  tell({ kind: 'open', misses: false });
  const later = page();
  readers.add(later.hear);
  expect(later.heard).toEqual([{ kind: 'open', misses: true }]);
  tell({ kind: 'broken' });
  const latest = page();
  readers.add(latest.hear);
  expect(latest.heard).toEqual([{ kind: 'broken' }]);
});
