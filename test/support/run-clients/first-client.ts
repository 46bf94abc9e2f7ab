import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, ask, filled, split } from './ask.js';

/** What the client of the original is asked for. */
export interface FirstRequest {
  readonly pgroup: string;
  /** Null goes out as null. */
  readonly output_directory?: string | null;
  readonly channels?: readonly string[];
  readonly pvs?: readonly string[];
  readonly start_pulseid: number;
  readonly stop_pulseid: number;
  readonly rate_multiplicator?: number;
  readonly detectors?: Json;
  readonly scan_info?: Json;
}

/** The client that came with the original broker, and the one of its example. */
export class FirstClient {
  constructor(private readonly url: string) {}

  /** @returns what it prints */
  async retrieve(asked: FirstRequest): Promise<string> {
    const { pgroup, output_directory = null, channels = [], pvs, ...rest } = asked;
    const { detectors, scan_info } = rest;
    const { json } = await ask('POST', `${this.url}/retrieve_from_buffers`, {
      pgroup,
      directory_name: output_directory,
      start_pulseid: rest.start_pulseid,
      stop_pulseid: rest.stop_pulseid,
      rate_multiplicator: rest.rate_multiplicator ?? 1,
      ...filled({ ...split(channels), pv_list: pvs }),
      ...(detectors && { detectors }),
      ...(scan_info && { scan_info }),
    });
    if (json.status !== 'ok') return `failed: ${json.message as string}`;
    return `success: run number(request_id) is ${json.message as string}`;
  }

  /** The example's: the last run by the file on disk. */
  lastRun(raw: string): number {
    return Number(readFileSync(join(raw, 'run_info', 'LAST_RUN'), 'utf8'));
  }
}
