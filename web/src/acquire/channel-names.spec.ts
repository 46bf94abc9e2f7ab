import { expect, it } from 'vitest';
import { channelNamesIn } from './channel-names.js';

it('takes lists as people paste them', () => {
  const pasted = `# cameras
  SAROP11:FPICTURE   # the last one
  ["A-1:X", 'B'],C;D
  A-1:X`;

  expect(channelNamesIn(pasted)).toEqual(['SAROP11:FPICTURE', 'A-1:X', 'B', 'C', 'D']);
});

it('finds none in blanks', () => {
  expect(channelNamesIn(' \n ,, ')).toEqual([]);
});
