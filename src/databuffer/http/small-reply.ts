import { withoutCredentials } from '../../config/url-credentials.js';
import { TOO_DEEP, isTooDeep } from '../../request/nesting.js';
import { type Download, download } from './download.js';
import { MalformedReply } from '../errors.js';

const MAX_BYTES = 1024 * 1024;

/**
 * The answer of a server in a few lines of text.
 *
 * @param mostBytes a megabyte by default
 * @throws MalformedReply when it is more than that; see also `download`
 */
export async function fetchSmallText(question: Download, mostBytes = MAX_BYTES): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  await download(question, (chunk) => {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new MalformedReply(bytes, `more than ${mostBytes} bytes`);
    parts.push(Buffer.from(chunk));
  });
  // Unlike toString() the decoder passes over a byte order mark.
  return new TextDecoder().decode(Buffer.concat(parts));
}

/**
 * The answer of a server in a few lines of JSON.
 *
 * @param mostBytes a megabyte by default
 * @throws MalformedReply when it is not JSON, or more than that; see also `download`
 */
export async function fetchSmallJson(question: Download, mostBytes?: number): Promise<unknown> {
  const text = await fetchSmallText(question, mostBytes);
  const server = withoutCredentials(question.url);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new MalformedReply(0, `what ${server} answered is not JSON`, { cause: error });
  }
  if (isTooDeep(answer)) {
    throw new MalformedReply(0, `what ${server} answered ${TOO_DEEP}`);
  }
  return answer;
}
