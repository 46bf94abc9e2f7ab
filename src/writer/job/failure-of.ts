import { DataSourceError, HttpFailure, ServerResting } from '../../databuffer/errors.js';
import { Hdf5Failure } from '../../hdf5/library/hdf5-failure.js';
import { ScatteredPulseIds } from '../../hdf5/extended/pulse-id-set.js';
import { FileUnreadable } from '../../hdf5/read/thread/errors.js';
import { errorText } from '../../logging/error-text.js';
import { OutputFileUnreachable } from '../../filesystem/errors.js';
import type { Failure } from '../../report/failure.js';
import { RequestError } from '../../request/errors.js';
import { FileSystemFailure, ShutDown, ThreadLost } from '../errors.js';
import type { FailureKind, JobFailure } from './job.js';
import { EXHAUSTED, EXHAUSTION_REMEDY, exhaustionIn } from './exhaustion.js';
import {
  ChannelsWithoutData,
  DataNotThereYet,
  FewerRows,
  NoData,
  OutputDisturbed,
} from './errors.js';
import { EXHAUSTION_BLAME, blameFor, placeOfFailure } from './whose-fault.js';

const EXPECTED = [
  DataSourceError,
  Hdf5Failure,
  ScatteredPulseIds,
  RequestError,
  FileSystemFailure,
  ChannelsWithoutData,
  DataNotThereYet,
  FewerRows,
  NoData,
  FileUnreadable,
  OutputDisturbed,
  ShutDown,
  ThreadLost,
];

/**
 * The failure of a job, as data. An unexpected error counts as a fault of the thread's state.
 *
 * @param folder of the job's output file, where it has one
 */
export function failureOf(thrown: unknown, folder?: string): JobFailure {
  const exhaustion = exhaustionIn(thrown);
  if (exhaustion) {
    const message = `${errorText(exhaustion)}: ${EXHAUSTION_REMEDY}`;
    return { code: EXHAUSTED, message, kind: 'transient', ...EXHAUSTION_BLAME };
  }
  // The system's error about a file tells more than HDF5's failure.
  const error = systemFailureIn(thrown) ?? thrown;
  const blame = blameFor(error);
  if (!isExpected(error)) {
    return { code: 'internal_error', message: errorText(error), kind: 'thread', ...blame };
  }
  const place = placeOfFailure(error, blame, folder);
  const retryAfter = retryAfterOf(error);
  return {
    code: error.code,
    message: error.message,
    kind: kindOf(error),
    ...blame,
    ...(place !== undefined && { place }),
    ...(retryAfter !== undefined && { retry_after: retryAfter }),
  };
}

/** The part of a failure that others are told: not whether this writer tries again. */
export function toldOf({ kind: _ours, ...told }: JobFailure): Failure {
  return told;
}

function retryAfterOf(error: Error): number | undefined {
  return error instanceof HttpFailure || error instanceof ServerResting
    ? error.retryAfter
    : undefined;
}

function systemFailureIn(thrown: unknown): FileSystemFailure | undefined {
  if (thrown instanceof OutputFileUnreachable) {
    return new FileSystemFailure('reach', thrown.outputFile, thrown.cause);
  }
  const ofHdf5 = thrown instanceof Hdf5Failure ? thrown : undefined;
  const cause = ofHdf5 ? ofHdf5.cause : thrown;
  if (!isSystemError(cause)) return undefined;
  return new FileSystemFailure(
    cause.syscall,
    ofHdf5?.path ?? cause.path ?? 'a scratch file',
    cause,
  );
}

function isExpected(error: unknown): error is Error & { readonly code: string } {
  return EXPECTED.some((known) => error instanceof known);
}

/** Of a call to the operating system, made by whoever. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException & { syscall: string } {
  return (
    error instanceof Error &&
    'syscall' in error &&
    typeof error.syscall === 'string' &&
    !isExpected(error)
  );
}

function kindOf(error: Error): FailureKind {
  if (error instanceof DataSourceError) return error.transient ? 'transient' : 'permanent';
  if (error instanceof FileSystemFailure) return error.transient ? 'transient' : 'permanent';
  if (error instanceof FileUnreadable) return error.transient ? 'transient' : 'permanent';
  if (error instanceof OutputDisturbed) return 'transient';
  if (error instanceof DataNotThereYet) return 'awaiting data';
  if (error instanceof ThreadLost) return error.wasReady ? 'thread' : 'transient';
  const brokeHdf5 = error instanceof Hdf5Failure && error.needsFreshThread;
  return brokeHdf5 && error.code === 'hdf5_write_failed' ? 'thread' : 'permanent';
}
