import { DataSourceError } from '../../databuffer/errors.js';
import { Hdf5Failure } from '../../hdf5/hdf5-failure.js';
import { errorText } from '../../logging/error-text.js';
import { RequestError } from '../../request/errors.js';
import { FileSystemFailure } from '../file-system-failure.js';
import { ShutDown } from '../shut-down.js';
import { ThreadLost } from '../threads/thread-lost.js';
import type { FailureKind, JobFailure } from './job.js';
import { ChannelsWithoutData } from './job-errors.js';

const EXPECTED = [
  DataSourceError,
  Hdf5Failure,
  RequestError,
  FileSystemFailure,
  ChannelsWithoutData,
  ShutDown,
  ThreadLost,
];

/** Whatever a job died of, as data. An error that nobody foresaw is a fault of the thread's state. */
export function failureOf(error: unknown): JobFailure {
  const expected = EXPECTED.some((known) => error instanceof known);
  const code = expected ? (error as { code: string }).code : 'internal_error';
  return { code, message: errorText(error), kind: kindOf(error, expected) };
}

function kindOf(error: unknown, expected: boolean): FailureKind {
  if (!expected || error instanceof ThreadLost) return 'thread';
  if (error instanceof DataSourceError) return error.transient ? 'transient' : 'permanent';
  const brokeHdf5 = error instanceof Hdf5Failure && error.needsFreshThread;
  return brokeHdf5 && error.code === 'hdf5_write_failed' ? 'thread' : 'permanent';
}
