import { existsSync } from 'node:fs';
import { parseTrailLine } from '../../audit/trail-line.js';
import type { WriteRequest } from '../../request/write-request.js';
import { readRequests } from '../read-requests.js';

/**
 * The write request that somebody names: an `.err` file, a line of a trail as `trail:line`, or the
 * text of such a line.
 *
 * @throws Error unless that is exactly one request
 */
export async function findRequest(named: string): Promise<WriteRequest> {
  if (existsSync(named)) return onlyRequest(named);
  const [, trail, line] = /^(.+):([1-9]\d*)$/.exec(named) ?? [];
  if (trail !== undefined && existsSync(trail)) return onlyRequest(trail, Number(line));
  const entry = parseTrailLine(named.trim());
  if ('request' in entry) return entry.request;
  if (named.startsWith('[')) throw new Error(`the line of --request ${entry.damaged}`);
  throw new Error(`--request ${named} can't be read: it does not exist`);
}

async function onlyRequest(file: string, line?: number): Promise<WriteRequest> {
  const { requests, problems } = await readRequests(file, line);
  const where = line === undefined ? file : `line ${line} of ${file}`;
  if (requests.length > 1) {
    throw new Error(`${file} has ${requests.length} requests: name one, --request ${file}:<line>`);
  }
  if (requests.length === 0) {
    throw new Error(`no write request in ${where}${problems.map((p) => `: ${p}`).join()}`);
  }
  return requests[0].request;
}
