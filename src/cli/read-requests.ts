import { createReadStream, readFileSync } from 'node:fs';
import { TrailUnreadable } from '../audit/errors.js';
import { readTrail } from '../audit/read-trail.js';
import { TOO_DEEP, isTooDeep } from '../request/nesting.js';
import type { WriteRequest } from '../request/write-request.js';
import { refuseNoTrail } from './refuse-no-trail.js';

type JsonObject = Record<string, unknown>;

/** The write requests in a file. */
export interface FoundRequests {
  /** With the line each stands on; 1 for a JSON file. */
  readonly requests: readonly { readonly lineNumber: number; readonly request: WriteRequest }[];
  /** Lines that can't be used, with the reason. */
  readonly problems: readonly string[];
  /** Whether it is a JSON file, not a trail. */
  readonly isList: boolean;
}

/**
 * The write requests of an audit trail, an `.err` file, or a JSON file with one request or a list.
 *
 * In a JSON file `data_api_request` and `parameters` may also be objects instead of their JSON text.
 *
 * @param onlyLine take this line alone
 * @throws TrailUnreadable; Error for a file of another kind
 */
export async function readRequests(file: string, onlyLine?: number): Promise<FoundRequests> {
  if (await startsAsJson(file)) return fromJson(file);
  await refuseNoTrail(file, '.err file, an audit trail or a JSON file');
  return fromTrail(file, onlyLine);
}

async function startsAsJson(file: string): Promise<boolean> {
  let start = '';
  try {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', end: 4095 })) {
      start += chunk as string;
    }
  } catch (error) {
    throw new TrailUnreadable(file, error);
  }
  return /^\s*(\{|\[\s*\{)/.test(start);
}

async function fromTrail(file: string, onlyLine: number | undefined): Promise<FoundRequests> {
  const requests = [];
  const problems = [];
  for await (const line of readTrail(file)) {
    if (onlyLine !== undefined && line.lineNumber !== onlyLine) continue;
    if (line.damaged === undefined) requests.push(line);
    else problems.push(`line ${line.lineNumber} ${line.damaged}`);
  }
  return { requests, problems, isList: false };
}

function fromJson(file: string): FoundRequests {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is neither a trail nor JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (isTooDeep(content)) throw new Error(`${file} ${TOO_DEEP}`);
  const entries = Array.isArray(content) ? (content as unknown[]) : [content];
  const requests = entries.map((entry) => ({ lineNumber: 1, request: requestOf(entry) }));
  return { requests, problems: [], isList: true };
}

// Anything is handed on: problems are reported when it is carried out.
function requestOf(entry: unknown): WriteRequest {
  const { data_api_request, parameters, timestamp, ...further } = Object(entry) as JsonObject;
  return {
    ...further,
    ...(data_api_request !== undefined && { data_api_request: asText(data_api_request) }),
    ...(parameters !== undefined && { parameters: asText(parameters) }),
    timestamp: typeof timestamp === 'number' ? timestamp : Date.now() / 1000,
  } as WriteRequest;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
