import { parseExactJson } from '../request/exact-json.js';
import { jsonObjectIn } from '../request/json-object.js';
import type { Plan } from './plan.js';
import { pythonJson } from './python-json.js';
import type { JsonObject, Retrieval } from './retrieval.js';
import type { RunLayout } from './run-layout.js';

const STEP_LISTS = [
  ...['scan_values', 'scan_readbacks', 'scan_readbacks_raw', 'scan_step_info'],
  ...['scan_files', 'pulseIds'],
] as const;

/** Keys of `scan_info` that differ from one step to the next, by what clients of both generations call them. */
const STEP_KEYS = {
  scan_values: ['scan_values', 'motors_value'],
  scan_readbacks: ['scan_readbacks', 'motors_readback_value'],
  scan_readbacks_raw: ['scan_readbacks_raw', 'motors_readback_raw'],
  scan_step_info: ['scan_step_info', 'step_info'],
} as const;

/** What a run without a scan says of one: `1.0` as the original has it. */
const NO_SCAN = parseExactJson(
  '{"scan_name": "dummy", "Id": ["dummy"], "name": ["dummy"], "units": ["dummy"], "offset": [0], ' +
    '"conversion_factor": [1.0], "scan_readbacks": [0], "scan_readbacks_raw": [0], "scan_values": [0]}',
) as JsonObject;

/** The steps of a scan, each an acquisition, as a scan file has them. Values never change. */
export class ScanSteps {
  private constructor(private readonly scan: JsonObject) {}

  /** The scan that a file has; undefined for a text that is none. */
  static parse(text: string): ScanSteps | undefined {
    const scan = jsonObjectIn(text);
    return scan && new ScanSteps(scan);
  }

  /** A scan without steps yet, whose parameters are those of its first acquisition. */
  static begin({ layout, scanInfo }: Retrieval): ScanSteps {
    const lists = Object.fromEntries(STEP_LISTS.map((name) => [name, []]));
    if (layout === 'run') {
      const info = scanInfo ?? NO_SCAN;
      const parameters = Object.entries(info).filter(([key]) => !Object.hasOwn(STEP_KEYS, key));
      return new ScanSteps({ ...lists, scan_parameters: Object.fromEntries(parameters) });
    }
    const first = (...keys: readonly string[]) => firstOf(scanInfo ?? {}, keys, []);
    return new ScanSteps({
      scan_files: [],
      scan_parameters: {
        Id: first('motors_pv_name', 'Id'),
        name: first('motors_name', 'name'),
        offset: first('motors_offset', 'offset'),
        conversion_factor: first('motors_coefficient', 'conversion_factor'),
      },
      scan_readbacks: [],
      scan_step_info: [],
      scan_values: [],
      scan_readbacks_raw: [],
      pulseIds: [],
    });
  }

  get count(): number {
    return this.list('pulseIds').length;
  }

  /** With one step more. */
  with(retrieval: Retrieval, files: readonly string[]): ScanSteps {
    const step = stepOf(retrieval, files);
    const lists = STEP_LISTS.map((name) => [name, [...this.list(name), step[name]]]);
    return new ScanSteps({ ...this.scan, ...Object.fromEntries(lists) });
  }

  /**
   * The place of an acquisition's step, -1 where there is none. No two have the same files; one without files is
   * not looked for among the steps that were there before it.
   */
  find({ startPulseId, stopPulseId }: Retrieval, plan: Plan, files: readonly string[]): number {
    const [pulseIds, ownFiles] = [[startPulseId, stopPulseId], files].map((each) =>
      JSON.stringify(each),
    );
    const allFiles = this.list('scan_files');
    return this.list('pulseIds').findIndex(
      (each, index) =>
        (files.length > 0 || index >= plan.scanStep) &&
        JSON.stringify(each) === pulseIds &&
        JSON.stringify(allFiles[index]) === ownFiles,
    );
  }

  /** With other files for one step. */
  withFiles(index: number, files: readonly string[]): ScanSteps {
    return new ScanSteps({
      ...this.scan,
      scan_files: this.list('scan_files').with(index, [...files]),
    });
  }

  /** Without one of the steps. */
  without(index: number): ScanSteps {
    const { count } = this;
    const lists = STEP_LISTS.map((name) => {
      const list = this.list(name);
      // Shorter ones are others' work: what belongs to the step can't be told.
      return [name, list.length === count ? list.toSpliced(index, 1) : list];
    });
    return new ScanSteps({ ...this.scan, ...Object.fromEntries(lists) });
  }

  text(layout: RunLayout): string {
    return pythonJson(this.scan, { indent: 4, sorted: layout === 'run' });
  }

  private list(name: string): readonly unknown[] {
    const list = this.scan[name];
    return Array.isArray(list) ? list : [];
  }
}

function stepOf(
  { layout, scanInfo, startPulseId, stopPulseId }: Retrieval,
  files: readonly string[],
): Record<(typeof STEP_LISTS)[number], unknown> {
  const info = scanInfo ?? (layout === 'run' ? NO_SCAN : {});
  return {
    scan_values: firstOf(info, STEP_KEYS.scan_values, []),
    scan_readbacks: firstOf(info, STEP_KEYS.scan_readbacks, []),
    scan_readbacks_raw: firstOf(info, STEP_KEYS.scan_readbacks_raw, []),
    scan_step_info: firstOf(info, STEP_KEYS.scan_step_info, layout === 'run' ? [] : null),
    scan_files: files,
    pulseIds: [startPulseId, stopPulseId],
  };
}

function firstOf(info: JsonObject, keys: readonly string[], otherwise: unknown): unknown {
  const key = keys.find((each) => Object.hasOwn(info, each));
  return key === undefined ? otherwise : info[key];
}
