import type { Response } from 'express';
import type { Audited } from '../../audit/audit.interceptor.js';
import type { ApiReply } from '../openapi/api-call.js';
import type { AcquisitionProposal } from './acquisition.service.js';

/** The headers by which a reply names the write requests that its call made, for the document. */
export const REQUEST_HEADERS: ApiReply['headers'] = {
  Location: {
    description: 'The first write request that it made; not there where it made none.',
    example: '/requests/0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e',
    schema: { type: 'string' },
  },
  'X-Request-Ids': {
    description:
      'Ids of all write requests that it made, with commas: of its channels, and of its cameras, where it ' +
      'has any. Not there where it made none.',
    example: '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e,0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e-images',
    schema: { type: 'string' },
  },
};

/** Names in a reply the requests that its call made: two at most, so that they fit into headers. */
export function nameRequests(
  response: Response,
  { requests, repeats = [] }: Audited<AcquisitionProposal>,
): void {
  const ids = [...requests.map(({ request }) => request.request_id!), ...repeats];
  if (ids.length === 0) return;
  response.setHeader('Location', `/requests/${ids[0]}`);
  response.setHeader('X-Request-Ids', ids.join(','));
}
