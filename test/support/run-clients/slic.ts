import { readFileSync } from 'node:fs';
import { type Json, ask, filled, int, split } from './ask.js';

/** What slic raises. */
export class BrokerError extends Error {}

/** What a scan step asks for. */
export interface SlicRequest {
  readonly channels?: readonly string[];
  readonly pvs?: readonly string[];
  readonly detectors?: Json;
  readonly start: number;
  /** Pulses; slic asks for one more than that. */
  readonly n: number;
  readonly rate?: number;
  readonly scan_info?: Json;
}

/** Pulses as slic has them: from the next one of the rate, and both ends. */
function range({ start, n, rate = 1 }: SlicRequest) {
  const first = Math.ceil(start / rate) * rate;
  return { start_pulseid: first, stop_pulseid: first + n * rate, rate_multiplicator: rate };
}

function lists({ channels = [], pvs = [] }: SlicRequest) {
  const unique = (names: readonly string[]) => [...new Set(names)].sort();
  return filled({ ...split(unique(channels)), pv_list: unique(pvs) });
}

/** Of 2020 to January 2022. */
export class SlicOfFirstGeneration {
  constructor(
    private readonly url: string,
    private readonly pgroup: string,
  ) {}

  /** @returns the run number */
  async retrieve(asked: SlicRequest, directory: string): Promise<number> {
    const { json } = await ask('POST', `${this.url}/retrieve_from_buffers`, {
      client_name: 'slic',
      pgroup: this.pgroup,
      directory_name: directory,
      ...range(asked),
      ...lists(asked),
      ...(asked.detectors && { detectors: asked.detectors }),
      ...(asked.scan_info && { scan_info: asked.scan_info }),
    });
    if (json.status !== 'ok') throw new BrokerError(json.message as string);
    return int(json.message);
  }
}

/** What slic reads of an acquisition since 2022. */
export interface SlicAcquisition {
  readonly run: number;
  readonly acquisition: number;
  readonly unique: number;
  readonly files: readonly string[];
}

/** Of 2022 to March 2024: it asks for the run number first. */
export class SlicOfSecondGeneration {
  constructor(
    protected readonly url: string,
    protected readonly pgroup: string,
  ) {}

  async nextRun(): Promise<number> {
    return int((await this.checked('GET', 'get_next_run_number', { pgroup: this.pgroup })).message);
  }

  async lastRun(): Promise<number> {
    return int((await this.checked('GET', 'get_last_run_number', { pgroup: this.pgroup })).message);
  }

  async retrieve(
    asked: SlicRequest,
    run: number,
    tag: string | null = null,
    further: Json = {},
  ): Promise<SlicAcquisition> {
    const json = await this.checked('POST', 'retrieve_from_buffers', {
      client_name: 'slic',
      pgroup: this.pgroup,
      run_number: run,
      user_tag: tag,
      append_user_tag_to_data_dir: tag !== null,
      ...range(asked),
      ...lists(asked),
      ...(asked.detectors && { detectors: asked.detectors }),
      ...(asked.scan_info && { scan_info: asked.scan_info }),
      ...further,
    });
    const acquisition = {
      run: int(json.run_number),
      acquisition: int(json.acquisition_number),
      unique: int(json.unique_acquisition_number),
      files: json.files as string[],
    };
    if (acquisition.run !== run) throw new Error(`AssertionError: run number ${acquisition.run}`);
    return acquisition;
  }

  protected async checked(method: string, path: string, body: Json): Promise<Json> {
    const { json } = await ask(method, `${this.url}/${path}`, body);
    if (json.status !== 'ok') throw new BrokerError(json.message as string);
    return json;
  }
}

/** Of today. */
export class Slic extends SlicOfSecondGeneration {
  override async nextRun(): Promise<number> {
    return int((await this.checked('POST', 'advance_run_number', this.asPgroup)).run_number);
  }

  override async lastRun(): Promise<number> {
    return int((await this.checked('GET', 'get_current_run_number', this.asPgroup)).run_number);
  }

  async close(): Promise<string> {
    return (await this.checked('POST', 'close_pgroup_writing', this.asPgroup)).message as string;
  }

  /** Its program that acquires again what the metadata of an acquisition says. */
  async postRetrieve(metadataFile: string): Promise<Json> {
    const metadata = JSON.parse(readFileSync(metadataFile, 'utf8')) as Json;
    const { user_tag, run_number: first } = metadata as {
      user_tag: string | null;
      run_number: number;
    };
    const tag = `${user_tag ?? ''}_rerun${String(first).padStart(4, '0')}`;
    const run_number = await this.nextRun();
    return this.checked('POST', 'retrieve_from_buffers', {
      ...metadata,
      client_name: 'post_retrieve',
      user_tag: tag,
      run_number,
    });
  }

  private get asPgroup(): Json {
    return { pgroup: this.pgroup };
  }

  protected override async checked(method: string, path: string, body: Json): Promise<Json> {
    const { json } = await ask(method, `${this.url}/${path}`, body);
    if (json.status === 'ok') return json;
    const { exception, message } = json;
    const text = JSON.stringify(json);
    throw new BrokerError(`${exception as string}: ${message as string} (${text})`);
  }
}
