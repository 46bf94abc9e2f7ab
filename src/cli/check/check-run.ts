import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { FileUnreadable, ReadingImpossible } from '../../hdf5/read/thread/errors.js';
import type { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { InvalidWriteRequest } from '../../request/errors.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { AcquisitionRecord } from '../../runs/acquisition-record.js';
import type { PlannedFile } from '../../runs/plan.js';
import type { NotWritten } from '../../runs/retrieval.js';
import type { RunLayout } from '../../runs/run-layout.js';
import type { RunOnDisk } from '../../runs/run-on-disk.js';
import { isForRoot, requestsOfAcquisition } from '../../runs/run-requests.js';
import type { FileCheck } from './check-contents.js';
import { checkFile } from './check-file.js';

/** A file of a run. What is in files of others, as those of detectors, is not looked at. */
export interface RunFileCheck extends Partial<FileCheck> {
  readonly file: string;
  /** What its name says that is in it. */
  readonly kind: string;
  /** `failed`: there is an .err file instead. */
  readonly state: 'there' | 'failed' | 'not_there';
  readonly complete: boolean;
  readonly findings: readonly string[];
}

export interface RunAcquisitionCheck {
  readonly acquisition_number: number;
  readonly start_pulse_id: number;
  readonly stop_pulse_id: number;
  readonly files: readonly RunFileCheck[];
  /** What was asked for and nobody was there to write. */
  readonly not_written: NotWritten;
}

/** Whether a run has everything, file by file. Plain data. */
export interface RunCheck {
  readonly run: string;
  readonly run_number: number;
  readonly layout: RunLayout;
  readonly tag: string | null;
  readonly complete: boolean;
  readonly acquisitions: readonly RunAcquisitionCheck[];
  /** Everything that is missing or wrong, one sentence each. */
  readonly findings: readonly string[];
}

/**
 * Judges each file of a run by what its metadata asks for.
 *
 * @throws ReadingImpossible; NodeJS.ErrnoException where a file can't be looked at
 */
export async function checkRun(run: RunOnDisk, reader: FileReader): Promise<RunCheck> {
  const acquisitions: RunAcquisitionCheck[] = [];
  for (const acquisition of run.acquisitions) {
    acquisitions.push(await checkAcquisition(acquisition, reader));
  }
  const findings = [
    ...run.unreadable.map(({ file, problem }) => `${file} can't be used: ${problem}`),
    ...(acquisitions.length === 0 ? ['the run has no acquisitions'] : []),
    ...acquisitions.flatMap(findingsOf),
  ];
  const { path, runNumber, layout, tag } = run;
  const complete = findings.length === 0;
  return { run: path, run_number: runNumber, layout, tag, complete, acquisitions, findings };
}

async function checkAcquisition(
  acquisition: AcquisitionRecord,
  reader: FileReader,
): Promise<RunAcquisitionCheck> {
  const { acquisitionNumber, startPulseId, stopPulseId, notWritten } = acquisition;
  const composed = requestsOfAcquisition(acquisition, { id: '', timestamp: 0 });
  const requests = new Map(
    composed.map(({ outputFile, request }) => {
      const layout = isForRoot(acquisition, request) ? request.layout : undefined;
      return [outputFile, { ...request, layout }] as const;
    }),
  );
  const files: RunFileCheck[] = [];
  for (const file of acquisition.files) {
    files.push(await checkOne(file, requests.get(file.path), reader));
  }
  return {
    acquisition_number: acquisitionNumber,
    start_pulse_id: startPulseId,
    stop_pulse_id: stopPulseId,
    files,
    not_written: notWritten,
  };
}

/** @param request undefined for a file that others write */
async function checkOne(
  { path, kind }: PlannedFile,
  request: WriteRequest | undefined,
  reader: FileReader,
): Promise<RunFileCheck> {
  const file = { file: path, kind };
  const hasFailed = exists(`${path}.err`);
  if (!exists(path)) {
    const finding = hasFailed
      ? `could not be written: its request is in ${basename(path)}.err`
      : 'is not there';
    const state = hasFailed ? 'failed' : 'not_there';
    return { ...file, state, complete: false, findings: [finding] };
  }
  // Others write in place, and leave what they had when they fail.
  const left = hasFailed ? [`may not be whole: there is ${basename(path)}.err`] : [];
  if (!request) {
    return { ...file, state: hasFailed ? 'failed' : 'there', complete: !hasFailed, findings: left };
  }
  try {
    const check = await checkFile(path, parseWriteRequest(request), reader);
    const findings = check.complete ? [] : [...left, ...check.findings];
    return { ...file, state: 'there', ...check, findings };
  } catch (error) {
    return { ...file, state: 'there', complete: false, findings: [whyUnchecked(error)] };
  }
}

/** What can't be looked at is not taken for missing. @throws NodeJS.ErrnoException */
function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Of one file: the others can be checked all the same. */
function whyUnchecked(error: unknown): string {
  if (error instanceof InvalidWriteRequest) {
    return `can't be compared with what was asked for: ${error.message}`;
  }
  if (error instanceof FileUnreadable && !(error instanceof ReadingImpossible)) {
    return `can't be read: ${error.reason}`;
  }
  throw error;
}

function findingsOf(acquisition: RunAcquisitionCheck): string[] {
  const { acquisition_number: number, files, not_written: notWritten } = acquisition;
  return [
    ...files.flatMap(({ file, findings }) => findings.map((text) => `${basename(file)}: ${text}`)),
    ...Object.entries(notWritten as Record<string, readonly string[]>).map(
      ([field, names]) =>
        `acquisition ${number}: no writer was configured for ${field} ${names.join(', ')}`,
    ),
  ];
}
