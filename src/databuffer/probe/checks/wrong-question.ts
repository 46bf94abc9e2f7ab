import { download } from '../../http/download.js';
import { HttpFailure } from '../../errors.js';
import { endpointOf } from '../../http/endpoint.js';
import type { Check } from '../check.js';
import { failing } from '../failing.js';
import { type Finding, ok } from '../finding.js';

const QUOTED = 200;

/** A question that makes no sense. */
export const wrongQuestion: Check = {
  name: 'wrong_question',
  run: async ({ server: { address, connections } }) => {
    const what = 'a question without channels and range';
    const url = endpointOf(address.url, '/query');
    let text = '';
    try {
      await download({ url, body: '{}', connections }, (chunk) => {
        if (text.length < QUOTED) text += Buffer.from(chunk).toString('latin1');
      });
    } catch (error) {
      if (error instanceof HttpFailure && !error.transient)
        return [ok(`${what}: HTTP ${error.status}`)];
      return [{ ...failing(what, error), verdict: 'note', remedy: 'answer HTTP 400' }];
    }
    // An object is an error as well.
    if (text.trimStart().startsWith('{')) return [ok(`${what}: an error`)];
    const silent: Finding = {
      verdict: 'note',
      what: `${what}: HTTP 200`,
      cost: 'what it does not understand looks like data that is not there',
      remedy: 'answer HTTP 400, with the reason in {"message"}',
    };
    return [silent];
  },
};
