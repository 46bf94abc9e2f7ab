import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Json, ask, filled, int, split } from './ask.js';

/** What eco asks for: both ends belong to it. */
export interface EcoRequest {
  readonly channels: readonly string[];
  /** Cameras whose names don't show it. */
  readonly cameras?: readonly string[];
  readonly start: number;
  readonly n: number;
}

function body({ channels, cameras = [], start, n }: EcoRequest): Json {
  const { channels_list, camera_list } = split(channels);
  const pulses = { start_pulseid: start, stop_pulseid: start + n - 1 };
  return { ...pulses, ...filled({ channels_list, camera_list: [...camera_list, ...cameras] }) };
}

/** Raises what eco does of a reply of retrieve. */
function validated({ ok, json }: { ok: boolean; json: Json }): Json {
  if (!ok) throw new Error('AssertionError: response is not ok');
  if (json.status !== 'ok') throw new Error(json.message as string);
  return json;
}

/** Of 2020 and 2021: it predicts the names of files. */
export class EcoOfFirstGeneration {
  constructor(
    private readonly url: string,
    private readonly pgroup: string,
    private readonly raw: string,
  ) {}

  /** @returns the files that it expects */
  async retrieve(asked: EcoRequest, directory?: string): Promise<string[]> {
    const json = validated(
      await ask('POST', `${this.url}/retrieve_from_buffers`, {
        pgroup: this.pgroup,
        ...(directory !== undefined && { directory_name: directory }),
        ...body(asked),
      }),
    );
    const run = String(int(json.message)).padStart(6, '0');
    const kinds = [
      ...(split(asked.channels).channels_list.length > 0 ? ['BSREAD'] : []),
      ...(split(asked.channels).camera_list.length > 0 || asked.cameras ? ['CAMERAS'] : []),
    ];
    return kinds.map((kind) => join(this.raw, directory ?? '', `run_${run}.${kind}.h5`));
  }
}

/** Of 2022: it takes the run number first. */
export class EcoOf2022 {
  constructor(
    protected readonly url: string,
    protected readonly pgroup: string,
    protected readonly raw: string,
    protected readonly seconds = 10,
  ) {}

  async takeRun(): Promise<number> {
    const { json } = await ask('GET', `${this.url}/get_next_run_number`, { pgroup: this.pgroup });
    return int(json.message);
  }

  /** @returns the run number of the reply, and its files */
  async retrieve(asked: EcoRequest, run: number, further: Json = {}) {
    const json = validated(
      await ask(
        'POST',
        `${this.url}/retrieve_from_buffers`,
        { pgroup: this.pgroup, run_number: run, user_tag: 'usertag', ...body(asked), ...further },
        this.seconds,
      ),
    );
    return { run: int(json.run_number), files: json.files as string[] };
  }
}

/** Of today, and its successor where it gives up after 2 s. */
export class Eco extends EcoOf2022 {
  /** It looks at nothing but the number. */
  override async takeRun(): Promise<number> {
    const { json } = await ask('POST', `${this.url}/advance_run_number`, { pgroup: this.pgroup });
    if (!('run_number' in json)) throw new Error("KeyError: 'run_number'");
    return int(json.run_number);
  }

  async currentRun(): Promise<number> {
    const url = `${this.url}/get_current_run_number`;
    return int((await ask('GET', url, { pgroup: this.pgroup })).json.run_number);
  }

  /** Without a body, as it asks whether the broker is alive. */
  async allowedDetectors(): Promise<unknown> {
    return (await ask('GET', `${this.url}/get_allowed_detectors`)).json.detectors;
  }

  async runningDetectors(): Promise<unknown> {
    return (await ask('GET', `${this.url}/get_running_detectors`)).json.running_detectors;
  }

  /** One step of a scan. @returns its files, below the run's folder that it finds on disk */
  async step(asked: EcoRequest, run: number, step: number, further: Json = {}) {
    const reply = await this.retrieve(asked, run, {
      scan_info: {
        scan_name: 'scan',
        name: ['delay'],
        expected_total_number_of_steps: 2,
        scan_values: [step],
        scan_readbacks: [step + 0.01],
        scan_step_info: { step_number: step + 1 },
      },
      ...further,
    });
    const [folder] = this.foldersOf(reply.run);
    return { folder, files: reply.files.map((file) => relative(folder, file)) };
  }

  /** The folders of a run that it finds; it takes the first. @throws where there is none */
  foldersOf(run: number): string[] {
    const begin = `run${String(run).padStart(4, '0')}`;
    const found = readdirSync(this.raw)
      .filter((name) => name.startsWith(begin))
      .map((name) => join(this.raw, name))
      .filter((path) => statSync(path).isDirectory())
      .toSorted();
    if (found.length === 0) throw new Error('IndexError: list index out of range');
    return found;
  }

  /** Uploads files beside a run, at the second port. */
  async copy(slowUrl: string, run: number, files: readonly string[]): Promise<Json> {
    const asked = { pgroup: this.pgroup, run_number: run, files };
    const { json } = await ask('POST', `${slowUrl}/copy_user_files`, asked);
    if (json.status !== 'ok') throw new Error(json.message as string);
    return json;
  }
}
