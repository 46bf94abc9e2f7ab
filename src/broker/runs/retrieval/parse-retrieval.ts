import { channelListProblems, trimmedNames } from '../../../request/channel-list.js';
import type { FieldProblem } from '../../../request/errors.js';
import { plainNumber } from '../../../request/exact-json.js';
import { isJsonObject } from '../../../request/json-object.js';
import { isPulseId } from '../../../request/pulse-range.js';
import {
  componentProblem,
  directoryProblem,
  pgroupProblem,
  scanNameProblem,
  suffixOf,
} from '../../../runs/names.js';
import { KINDS } from '../../../runs/plan.js';
import { pythonTime } from '../../../runs/python-time.js';
import type { Retrieval } from '../../../runs/retrieval.js';
import type { RunLayout } from '../../../runs/run-layout.js';
import { checkedBody } from '../call-fields.js';
import { PULSE_ID, RetrieveRequest, numberOf } from './retrieve-request.js';

const LISTS = ['channels_list', 'camera_list', 'pv_list', 'detectors'] as const;

const KINDS_OF_FILES = new Set<string>(Object.values(KINDS).flatMap((each) => Object.values(each)));

/** What a retrieval is judged by, beside its own fields. */
export interface RetrievalRules {
  readonly layout: RunLayout;
  /** Pulses between first and last pulse id, at most. */
  readonly longest: number;
  /** Detectors of the beamline; none where it is not said which it has. */
  readonly detectors: readonly string[];
}

/** A retrieval as its call alone tells it. */
export type AskedRetrieval = Omit<Retrieval, 'id' | 'beamline' | 'taken'>;

/**
 * Understands the body of `retrieve_from_buffers`.
 *
 * @throws InvalidRunCall with every problem at once
 */
export function parseRetrieval(posted: unknown, rules: RetrievalRules): AskedRetrieval {
  const { layout } = rules;
  const call = checkedBody(posted, RetrieveRequest, (each) => furtherProblems(each, rules));
  const namesOf = (list: readonly string[] | null | undefined) => [
    ...new Set(trimmedNames(list ?? [])),
  ];
  const channels = namesOf(call.channels_list);
  return {
    layout,
    pgroup: call.pgroup,
    startPulseId: numberOf(call.start_pulseid) as number,
    stopPulseId: numberOf(call.stop_pulseid) as number,
    rateMultiplicator: plainNumber(call.rate_multiplicator ?? 1) as number,
    ...(isGiven(call.run_number) && { runNumber: numberOf(call.run_number) as number }),
    tag: call.user_tag ?? null,
    ...placeOf(call, layout),
    channels: layout === 'flat' ? byCodePoint(channels) : channels,
    cameras: namesOf(call.camera_list),
    pvs: namesOf(call.pv_list),
    detectors: optionsOf(call),
    ...(call.selected_pulse_ids && {
      selectedPulseIds: call.selected_pulse_ids.map((id) => numberOf(id) as number),
    }),
    ...(call.scan_info && { scanInfo: call.scan_info }),
    body: { ...call },
    requestTime: pythonTime(new Date()),
  };
}

/** Whether a client gave a field at all. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function placeOf(call: RetrieveRequest, layout: RunLayout): Partial<AskedRetrieval> {
  if (layout === 'flat') return call.directory_name ? { directoryName: call.directory_name } : {};
  const suffix = call.append_user_tag_to_data_dir ? suffixOf(call.user_tag) : undefined;
  return suffix === undefined ? {} : { suffix };
}

function optionsOf({ detectors }: RetrieveRequest): Record<string, object> {
  return Object.fromEntries(
    Object.entries(detectors ?? {}).map(([name, options]) => [name, options ?? {}]),
  );
}

/** As Python sorts texts. */
function byCodePoint(names: readonly string[]): string[] {
  return names.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

/** What no rule of one field finds. */
function furtherProblems(call: RetrieveRequest, rules: RetrievalRules): FieldProblem[] {
  const { pgroup, detectors, directory_name, scan_info } = call;
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: string | undefined) => {
    if (problem !== undefined) problems.push({ field, problem });
  };
  add('pgroup', pgroupProblem(pgroup));
  // The rules of fields see numbers as JavaScript bends them.
  for (const name of ['start_pulseid', 'stop_pulseid'] as const) {
    add(name, isPulseId(numberOf(call[name])) ? undefined : PULSE_ID);
  }
  add('stop_pulseid', rangeProblem(call, rules.longest));
  if (!LISTS.some((name) => isGiven(call[name]))) {
    add(
      LISTS[0],
      `is missing, and ${LISTS.slice(1).join(', ')} are too: give at least one of them`,
    );
  }
  for (const name of ['channels_list', 'camera_list', 'pv_list'] as const) {
    problems.push(...namesProblems(name, call[name]));
  }
  if (isJsonObject(detectors)) {
    for (const name of Object.keys(detectors)) {
      add(`detectors[${JSON.stringify(name)}]`, detectorProblem(name, rules.detectors));
    }
  }
  if (rules.layout === 'flat') {
    if (typeof directory_name === 'string' && directory_name !== '') {
      add('directory_name', directoryProblem(directory_name));
    }
    if (isJsonObject(scan_info)) add('scan_info.scan_name', fileOfScanProblem(scan_info.scan_name));
  }
  return problems;
}

function rangeProblem(call: RetrieveRequest, longest: number): string | undefined {
  const start = numberOf(call.start_pulseid);
  const stop = numberOf(call.stop_pulseid);
  if (!isPulseId(start) || !isPulseId(stop)) return undefined;
  if (stop < start) return `${stop} is lower than start_pulseid ${start}: give ${start} or more`;
  if (stop - start <= longest) return undefined;
  return (
    `${stop} is ${stop - start} pulses after start_pulseid ${start}; at most ${longest} are allowed: ` +
    'ask for less, in several calls, or raise --longest_retrieval'
  );
}

function namesProblems(field: string, names: unknown): FieldProblem[] {
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return [];
  const problems = channelListProblems(trimmedNames(names), (index) => `${field}[${index}]`);
  // What is said of all of them is said of the list.
  return problems.map((each) => (each.field === 'channels' ? { ...each, field } : each));
}

/** Where it is not said which detectors a beamline has, any may be named: it's then nobody's to write. */
function detectorProblem(name: string, known: readonly string[]): string | undefined {
  const problem = componentProblem(name);
  if (problem !== undefined) return problem;
  if (KINDS_OF_FILES.has(name)) return "is what a run's other files are called: name the detector";
  if (known.length === 0 || known.includes(name)) return undefined;
  return `is no detector of this beamline, which has ${known.join(', ')}: see the broker's --detectors`;
}

/** In the flat layout it is the name of a file; an empty one, or null, stands for no scan. */
function fileOfScanProblem(name: unknown): string | undefined {
  if (!isGiven(name) || name === '') return undefined;
  if (typeof name !== 'string') return 'must be a text';
  return scanNameProblem(name);
}
