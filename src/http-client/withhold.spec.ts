import { expect, it } from 'vitest';
import { withhold } from './withhold.js';

const HEADERS = { Authorization: 'Bearer abcdef0123456789', Cookie: 'id=98765432; lab=alvra' };

it.each([
  ['expired: Bearer abcdef0123456789', 'expired: ***'],
  ['{"token":"abcdef0123456789","now":1}', '{"token":"***","now":1}'],
  ['unknown id 98765432 at alvra', 'unknown id *** at alvra'],
  ['cut where it stands: abcdef012', 'cut where it stands: ***'],
  ['no Bearer', 'no Bearer'],
])('takes what a server repeats of the headers out of %j', (text, shown) => {
  expect(withhold(text, HEADERS)).toBe(shown);
});
