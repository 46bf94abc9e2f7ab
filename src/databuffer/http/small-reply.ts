import { withoutCredentials } from '../../config/url-credentials.js';
import { TOO_DEEP, isTooDeep } from '../../request/nesting.js';
import { type Download, download } from './download.js';
import { MalformedReply } from '../errors.js';

const MAX_BYTES = 1024 * 1024;

/**
 * The answer of a server in a few lines of JSON.
 *
 * @throws MalformedReply when it is not JSON, or more than a megabyte; see also `download`
 */
export async function fetchSmallJson(question: Download): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  await download(question, (chunk) => {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new MalformedReply(bytes, `more than ${MAX_BYTES} bytes`);
    parts.push(Buffer.from(chunk));
  });
  const server = withoutCredentials(question.url);
  let answer: unknown;
  try {
    // Unlike toString() the decoder passes over a byte order mark.
    answer = JSON.parse(new TextDecoder().decode(Buffer.concat(parts)));
  } catch (error) {
    throw new MalformedReply(0, `what ${server} answered is not JSON`, { cause: error });
  }
  if (isTooDeep(answer)) {
    throw new MalformedReply(0, `what ${server} answered ${TOO_DEEP}`);
  }
  return answer;
}
