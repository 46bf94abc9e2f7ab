import { expect, it } from 'vitest';
import type { StatusMessage } from './status-message.js';
import { WaitingMessages } from './waiting-messages.js';

const message = (correlationId: string, length = 1) =>
  ({ correlationId, body: Buffer.alloc(length) }) as unknown as StatusMessage;
const names = (messages: readonly StatusMessage[]) =>
  messages.map(({ correlationId }) => correlationId).join(' ');

it('gives them in order, and lets the oldest go where there are too many', () => {
  const waiting = new WaitingMessages({ messages: 3, bytes: 100 });
  expect(['a', 'b', 'c', 'd'].map((name) => waiting.add(message(name)))).toEqual([0, 0, 0, 1]);
  expect(names(waiting.take(2))).toBe('b c');
  expect(waiting.size).toBe(1);
});

it('takes those back that could not be published, before all others', () => {
  const waiting = new WaitingMessages({ messages: 3, bytes: 100 });
  for (const name of ['a', 'b']) waiting.add(message(name));
  const taken = waiting.take(2);
  for (const name of ['c', 'd']) waiting.add(message(name));
  expect(waiting.putBack(taken)).toBe(1);
  expect(names(waiting.take(9))).toBe('b c d');
});

it('lets the oldest go where they are too large', () => {
  const waiting = new WaitingMessages({ messages: 9, bytes: 100 });
  for (const name of ['a', 'b']) waiting.add(message(name, 40));
  expect(waiting.add(message('c', 60))).toBe(1);
  expect(names(waiting.take(1))).toBe('b');
  expect([waiting.add(message('d', 40)), waiting.add(message('e', 200))]).toEqual([0, 3]);
  expect(waiting.size).toBe(0);
});
