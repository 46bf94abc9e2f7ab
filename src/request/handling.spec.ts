import { describe, expect, it } from 'vitest';
import { handlingOf, handlingText } from './handling.js';

describe('the handling of a request', () => {
  it('is read as it was written', () => {
    const handling = { tried_by: ['a'], others: true };
    expect(handlingOf({ handling: handlingText(handling) })).toEqual(handling);
    expect(handlingOf({ handling: handlingText({}) })).toEqual({});
  });

  it.each([undefined, '', '[]', 'null', '{"alone": 1}', '{"tried_by": "a"}', '{'])(
    'is none where it is %s',
    (handling) => expect(handlingOf({ handling })).toBeUndefined(),
  );
});
