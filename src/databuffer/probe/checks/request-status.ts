import type { Check } from '../check.js';
import { type Finding, ok } from '../finding.js';

/** Whether it can be asked afterwards if a reply was complete. */
export const requestStatus: Check = {
  name: 'request_status',
  run: ({ answer: { headers } }) => {
    if (headers['x-daqbuffer-request-id'] !== undefined)
      return [ok('replies have a status afterwards')];
    const without: Finding = {
      verdict: 'note',
      what: 'replies have no x-daqbuffer-request-id',
      cost: 'what it could not send, and left out, is not noticed',
      remedy: 'send that header, and errors by GET /requestStatus/<id>; or break off the reply',
    };
    return [without];
  },
};
