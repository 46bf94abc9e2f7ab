import { expect, it } from 'vitest';
import { channelOf } from './channel-path.js';

it.each([
  ['/data/A:B', 'A:B'],
  ['/data/A/data', 'A'],
  ['/entry/A', 'A'],
  ['/A/data', 'A'],
  ['/data', undefined],
  ['/general/user', undefined],
  ['/', undefined],
])('knows the channel at %s, wherever a file has its channels', (path, channel) => {
  expect(channelOf(path)).toBe(channel);
});
