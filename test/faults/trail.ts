import { existsSync, readFileSync } from 'node:fs';
import { numberIn } from './planned-request.js';

/** A request that the broker accepted, as its trail has it. */
export interface Accepted {
  readonly id: string;
  /** Of the plan. */
  readonly number: number;
  readonly outputFile: string;
  /** With its end. */
  readonly line: string;
}

/** A trail's requests in order, read by position as the Python implementation's tools do. */
export function readAccepted(trail: string): Accepted[] {
  if (!existsSync(trail)) return [];
  // A line without its end is one whose caller was never answered.
  const lines = readFileSync(trail, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const request = JSON.parse(line.slice(18)) as Record<string, string>;
    const { output_file: outputFile } = JSON.parse(request.parameters) as { output_file: string };
    const number = numberIn(request.data_api_request)!;
    return { id: request.request_id, number, outputFile, line: `${line}\n` };
  });
}
