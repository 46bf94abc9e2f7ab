import type { DataApiProtocol } from '../../config/writer-settings.js';
import type { Compression } from '../../hdf5/hdf5-file.js';
import type { BeingWritten } from '../state/journal.js';
import type { FileThere } from './file-there.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { RequestIdentity } from '../../request/request-order.js';
import type { ChannelReport } from '../../report/channel-report.js';
import type { Failure } from '../../report/failure.js';
import type { WriteState } from '../../report/write-report.js';

/** One attempt at a write request, as it is handed to a worker thread. */
export interface Job {
  /** Unique for each attempt; names its temporary files and its journal entry. */
  readonly attemptId: string;
  readonly request: ParsedWriteRequest;
  /** Name in `failed/` of the error file of an earlier failure; undefined where there can't be one. */
  readonly leftAs?: string;
  /** It comes from a broker that sends what it heard nothing of again: its file may be there already. */
  readonly mayBeAnswered?: boolean;
  /** Data may not be there yet, and is asked for again. */
  readonly lateData?: LateData;
  /** How its broker sent it; undefined where none could hear what became of it. */
  readonly sentAs?: BeingWritten;
  /** Its data was there before: a reply without a row is a failure. */
  readonly mustHaveRows?: boolean;
}

/** How long a job waits for data that comes late. */
export interface LateData {
  /** By `monotonicSeconds`; until then a reply without a row is one to wait with. */
  readonly until: number;
  /** Whether a missing end is asked for once more even when the time is up. */
  readonly atLeastOnce: boolean;
}

/** A request as far as it can be found on disk. */
export interface AskedFor extends RequestIdentity {
  readonly channels?: readonly { readonly name: string }[];
}

/** Whether a request that failed is answered on disk, as a thread is asked. */
export interface OutputLookup {
  /** Absolute. */
  readonly outputFile: string;
  readonly asked: AskedFor;
  /** Name of its error file in `failed/`. */
  readonly leftAs: string;
  /** The outcome otherwise. */
  readonly failed: JobOutcome;
}

/** How far a job is. */
export interface JobProgress {
  /** Bytes of the reply so far. */
  readonly bytes: number;
  /** Rows so far, all channels together. */
  readonly rows: number;
  /** Bytes of the file so far, and of what waits to get into it. */
  readonly fileBytes: number;
}

/** Options of all jobs of a writer; plain data. */
export interface JobOptions {
  /** Where queries are posted to; for the binary protocol also its base. */
  readonly dataApiUrl: string;
  /** Protocol of `dataApiUrl`; JSON by default. */
  readonly dataApiProtocol?: DataApiProtocol;
  /** Downloads at once, where the protocol has one channel a request; 10 by default. */
  readonly channelsAtOnce?: number;
  /** Base of a data API that speaks the binary protocol and has the cameras; none: as all else. */
  readonly imageApiUrl?: string;
  /** Certificates in PEM that data APIs may have besides those that everybody trusts. */
  readonly certificates?: readonly string[];
  /** Headers that data APIs want, and memory of all threads: its mode as one of them saw it last. */
  readonly headersFile?: { readonly path: string; readonly seenMode: SharedArrayBuffer };
  /** Memory of all threads: until when the data APIs, in the order of `apisOf`, want not to be asked. */
  readonly rests?: SharedArrayBuffer;
  readonly outputRoots: readonly string[];
  readonly stateDirectory: string;
  readonly errorIfNoData: boolean;
  /** Whether of requests that name pulses only those are written; not by default. */
  readonly selectPulses?: boolean;
  /** Bytes of rows that may wait in memory. */
  readonly memoryBudget?: number;
  /** Of numbers in the file that come as they are; none by default. */
  readonly compression?: Compression;
  /** Whether images that come packed are stored unpacked; not by default. */
  readonly plainImages?: boolean;
  /** Has viewers plot the files; not by default. */
  readonly plots?: { readonly creatorVersion: string };
}

/** The URLs of the data APIs that jobs ask. */
export function apisOf({
  dataApiUrl,
  imageApiUrl,
}: Pick<JobOptions, 'dataApiUrl' | 'imageApiUrl'>): string[] {
  return imageApiUrl === undefined ? [dataApiUrl] : [dataApiUrl, imageApiUrl];
}

/**
 * Whether and how it makes sense to try again.
 *
 * `transient`: the same may succeed later. `awaiting data`: it will, if the data is still to come.
 * `thread`: the thread failed, not the request. `permanent`: it would come to the same.
 */
export type FailureKind = 'transient' | 'awaiting data' | 'thread' | 'permanent';

export interface JobFailure extends Failure {
  readonly kind: FailureKind;
}

/** The outcome of a job: the job's part of a report. */
export interface JobOutcome {
  readonly state: WriteState;
  /** Absolute, `/dev/null`, or undefined where the name can't be used. */
  readonly outputFile: string | undefined;
  readonly channels: readonly ChannelReport[];
  readonly notRequested: readonly string[];
  readonly bytes: number;
  readonly rows: number;
  readonly seconds: number;
  /** Of those, waiting for the reply and reading it. */
  readonly retrievalSeconds: number;
  /** Size of the file that was written; 0 for none. */
  readonly fileBytes: number;
  readonly failure?: JobFailure;
  /** The file that was there under the name of the one that was written. */
  readonly replaced?: FileThere;
  /** HDF5 failed: this thread must not take another job. */
  readonly needsFreshThread: boolean;
  /** Problems that did not keep the file from being written and should be looked at all the same. */
  readonly warnings: readonly string[];
}

/** The outcome of a job before anything is known, without the reason. */
export const NOTHING_DONE = {
  state: 'failed',
  outputFile: undefined,
  channels: [],
  notRequested: [],
  bytes: 0,
  rows: 0,
  seconds: 0,
  retrievalSeconds: 0,
  fileBytes: 0,
  needsFreshThread: false,
  warnings: [],
} as const satisfies JobOutcome;
