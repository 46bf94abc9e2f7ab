import { basename, join } from 'node:path';
import { regularText } from '../filesystem/regular-text.js';
import { whyUnreadable } from '../filesystem/why-unreadable.js';
import { parseExactJson, plainNumber } from '../request/exact-json.js';
import { isJsonObject } from '../request/json-object.js';
import { parsePythonJson } from '../request/parse-python-json.js';
import { isPulseId } from '../request/pulse-range.js';
import type { AcquisitionRecord } from './acquisition-record.js';
import { directoryProblem, withoutEnd } from './names.js';
import { KINDS, type PlannedFile } from './plan.js';
import type { JsonObject, NotWritten } from './retrieval.js';
import { fileNames } from './run-names.js';
import type { RunLayout } from './run-layout.js';

/** Where metadata lies, and what its place says. */
export interface MetadataPlace {
  readonly layout: RunLayout;
  /** Its own name. */
  readonly file: string;
  readonly raw: string;
  /** In the run layout the run's folder. */
  readonly runFolder: string;
  readonly runNumber: number;
  readonly acquisitionNumber: number;
}

/** Metadata that says too little, or can't be read. */
export class MetadataProblem extends Error {
  override readonly name = 'MetadataProblem';
}

/** The acquisition that a metadata file describes, of any system. @throws MetadataProblem */
export async function readAcquisition(place: MetadataPlace): Promise<AcquisitionRecord> {
  return acquisitionIn(place, await readMetadata(place.file));
}

/**
 * What a metadata file holds.
 *
 * @param parse `JSON.parse` takes a fourth of the time, and bends numbers
 * @throws MetadataProblem
 */
export async function readMetadata(
  file: string,
  parse: (text: string) => unknown = parseExactJson,
): Promise<JsonObject> {
  let metadata: unknown;
  try {
    metadata = parsePythonJson(await regularText(file), parse);
  } catch (error) {
    if (error instanceof MetadataProblem) throw error;
    const isSyntax = error instanceof SyntaxError;
    throw new MetadataProblem(isSyntax ? 'it is not JSON' : whyUnreadable(error), { cause: error });
  }
  if (isJsonObject(metadata)) return metadata;
  throw new MetadataProblem('it is not a JSON object');
}

function acquisitionIn(place: MetadataPlace, metadata: JsonObject): AcquisitionRecord {
  const [startPulseId, stopPulseId] = (['start_pulseid', 'stop_pulseid'] as const).map((key) => {
    const pulseId = numberIn(metadata[key]);
    if (isPulseId(pulseId)) return pulseId;
    throw new MetadataProblem(`${key} is missing or no pulse id`);
  });
  const rate = numberIn(metadata.rate_multiplicator ?? 1);
  if (rate === undefined || !Number.isInteger(rate) || rate < 1) {
    throw new MetadataProblem('rate_multiplicator is not a number from 1');
  }
  const lists = {
    channels: namesIn(metadata, 'channels_list'),
    cameras: namesIn(metadata, 'camera_list'),
    pvs: namesIn(metadata, 'pv_list'),
    detectors: isJsonObject(metadata.detectors) ? Object.keys(metadata.detectors) : [],
  };
  const selected = metadata.selected_pulse_ids;
  const selectedPulseIds = Array.isArray(selected)
    ? selected.map(plainNumber).filter(isPulseId)
    : undefined;
  return {
    layout: place.layout,
    beamline: textIn(metadata.beamline) ?? '',
    pgroup: textIn(metadata.pgroup) ?? '',
    runNumber: place.runNumber,
    acquisitionNumber: place.acquisitionNumber,
    uniqueAcquisitionNumber: numberIn(metadata.unique_acquisition_run_number) ?? null,
    requestTime: textIn(metadata.request_time) ?? null,
    startPulseId,
    stopPulseId,
    rateMultiplicator: rate,
    userTag: textIn(metadata.user_tag) ?? null,
    ...lists,
    ...(selectedPulseIds && { selectedPulseIds }),
    files: filesOf(place, metadata, lists),
    requestIds: textsIn(metadata.request_ids),
    notWritten: notWrittenIn(metadata.not_written),
    metadataFile: place.file,
    metadata,
  };
}

/** Named by where the run lies now: it may have been moved since. */
/** Left out, a name that can't be read would not be missing in any file. @throws MetadataProblem */
function namesIn(metadata: JsonObject, key: string): string[] {
  const names = metadata[key] ?? [];
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new MetadataProblem(`${key} is no list of names`);
}

function filesOf(
  place: MetadataPlace,
  metadata: JsonObject,
  lists: Pick<AcquisitionRecord, 'channels' | 'cameras' | 'pvs' | 'detectors'>,
): PlannedFile[] {
  const { layout, raw } = place;
  const kinds = [
    ...(lists.pvs.length > 0 ? [KINDS[layout].pvs] : []),
    ...(lists.channels.length > 0 ? [KINDS[layout].channels] : []),
    ...(lists.cameras.length > 0 ? [KINDS[layout].cameras] : []),
    ...lists.detectors.filter((name) => !name.includes('/')),
  ];
  const runFolder = layout === 'run' ? place.runFolder : join(raw, directoryIn(metadata));
  const all = kinds.map((kind) => ({ kind, ...fileNames(layout, raw, runFolder, place, kind) }));
  if (!Array.isArray(metadata.files)) return all;
  const promised = new Set(textsIn(metadata.files).map((file) => basename(file)));
  // Nobody else writes these: they are never withdrawn.
  const own: readonly string[] = [KINDS[layout].channels, KINDS[layout].cameras];
  return all.filter(({ path, kind }) => own.includes(kind) || promised.has(basename(path)));
}

function directoryIn({ directory_name: name }: JsonObject): string {
  if (name === undefined || name === null || name === '') return '';
  const problem = typeof name === 'string' ? directoryProblem(name) : 'is not a text';
  if (problem !== undefined) throw new MetadataProblem(`directory_name ${problem}`);
  return withoutEnd(name as string);
}

function notWrittenIn(value: unknown): NotWritten {
  if (!isJsonObject(value)) return {};
  const [pvs, detectors] = [textsIn(value.pv_list), textsIn(value.detectors)];
  return {
    ...(pvs.length > 0 && { pv_list: pvs }),
    ...(detectors.length > 0 && { detectors }),
  };
}

/** Some clients give numbers as text. */
function numberIn(value: unknown): number | undefined {
  const number =
    typeof value === 'string' && value.trim() !== '' ? Number(value) : plainNumber(value);
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each): each is string => typeof each === 'string')
    : [];
}
