import { statSync } from 'node:fs';
import { Hdf5Failure } from '../../hdf5/hdf5-failure.js';
import type { Hdf5Library } from '../../hdf5/hdf5-library.js';
import { readRootAttributes } from '../../hdf5/read-file.js';
import type { Job } from './job.js';

/** `written`: the request's own file is there; `superseded`: that of a newer request. */
export type AnswerOnDisk = 'written' | 'superseded';

/**
 * What is there already under the output file of a request that a broker may have sent before.
 *
 * Newer is what was made later; of two that were made at the same moment, what comes later, as a
 * broker sends requests for one file in their order. A file that can't be read, or does not say which
 * request it is of, is no answer.
 *
 * @param outputFile absolute
 */
export function answerOnDisk(
  library: Hdf5Library,
  outputFile: string,
  { request, mayBeAnswered }: Job,
): AnswerOnDisk | undefined {
  if (!mayBeAnswered || !statSync(outputFile, { throwIfNoEntry: false })?.isFile())
    return undefined;
  try {
    const { request_id: id, request_timestamp: timestamp } = readRootAttributes(
      library,
      outputFile,
    );
    if (id !== undefined && id === request.id) return 'written';
    return typeof timestamp === 'number' && timestamp > request.timestamp
      ? 'superseded'
      : undefined;
  } catch (error) {
    if (error instanceof Hdf5Failure) return undefined;
    throw error;
  }
}
