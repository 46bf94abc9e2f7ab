import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { requestIdsOf } from '../../request/write-request.js';
import { correlationIdOf } from './correlation-id.js';

it('is a UUID of version 4, and always the same', () => {
  const id = correlationIdOf('0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e', '0');
  expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  // Also after a restart, and of another broker.
  expect(id).toBe('a4ed5dfd-efc7-411e-a6a8-a2ad8ff75a7f');
});

it('differs in its first digits between the two files of an acquisition, and between lives', () => {
  const [channels, cameras] = requestIdsOf(randomUUID());
  const keys = [correlationIdOf(channels, '0'), correlationIdOf(cameras, '0')]
    .concat(correlationIdOf(channels, '1'), correlationIdOf(channels, '2'))
    .map((id) => id.split('-')[0]);
  expect(new Set(keys).size).toBe(4);
});
