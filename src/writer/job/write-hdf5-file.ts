import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Hdf5File } from '../../hdf5/hdf5-file.js';
import type { Hdf5Library } from '../../hdf5/hdf5-library.js';
import { errorText } from '../../logging/error-text.js';
import type { ChannelReport } from '../../rows/channel-report.js';
import type { RowSink } from '../../rows/row-sink.js';
import { Spool } from '../../rows/spool.js';
import { makeFoldersDurably, removeDurably, renameDurably } from '../durable-files.js';
import { temporaryName } from '../state/temporary-files.js';
import { type AnswerOnDisk, answerOnDisk } from './answer-on-disk.js';
import { channelAttributes, fileAttributes } from './file-attributes.js';
import type { JobTools } from './job-tools.js';
import type { Job, JobOptions } from './job.js';

/** Puts the rows into a file and tells which channels there are. `spoolPath` is a free name beside the file. */
export type Fill = (sink: RowSink, spoolPath: string) => Promise<readonly ChannelReport[]>;

/**
 * Makes a job's file: under its name there is the whole of it, on disk, or what was there before.
 * An error file of an earlier failure goes. Nothing is touched where the request is answered already:
 * that is looked at before its data is asked for, and again when the file is whole.
 *
 * @param outputFile absolute; in one of the roots as far as its folders exist
 * @param waitingRoom for rows of an extended file, before they wait in a file as well
 * @param warn hears what went wrong without keeping the file from being written
 * @returns what is there now: the request's file, and its size, or what is in it where that was there
 *   already; or that of a newer request
 * @throws RequestError, FileSystemFailure, Hdf5Failure, or what `fill` throws; nothing is left then
 */
export async function writeHdf5File(
  job: Job,
  outputFile: string,
  options: JobOptions,
  { roots, temporaryFiles, library }: JobTools,
  waitingRoom: Uint8Array,
  fill: Fill,
  warn: (text: string) => void,
): Promise<AnswerOnDisk | { readonly state: 'written'; readonly fileBytes: number }> {
  const look = () =>
    job.mayBeAnswered ? answerOnDisk(library, outputFile, job.request) : undefined;
  let answer = look();
  let fileBytes = 0;
  if (answer === undefined) {
    makeFoldersDurably(dirname(outputFile));
    // The folders that were made meanwhile, by whomever, must not lead out of the roots.
    roots.resolve(job.request.outputFile);
    const path = temporaryFiles.open(job.attemptId, outputFile);
    try {
      await fillFile(path, outputFile, job, options, library, waitingRoom, fill, warn);
      answer = look();
      if (answer === undefined) {
        // Nor may what came to be under the name while the data came.
        roots.resolve(job.request.outputFile);
        fileBytes = statSync(path).size;
        renameDurably(path, outputFile);
      }
    } finally {
      const left = temporaryFiles.discard(job.attemptId);
      if (left) warn(`${left.path} could not be removed: ${errorText(left.error)}`);
    }
  }
  if (answer?.state === 'superseded') return answer;
  attempt('the error file of an earlier failure stays', warn, () =>
    removeDurably(`${outputFile}.err`),
  );
  return answer ?? { state: 'written', fileBytes };
}

async function fillFile(
  path: string,
  outputFile: string,
  { attemptId, request }: Job,
  { compression, plainImages }: JobOptions,
  library: Hdf5Library,
  waitingRoom: Uint8Array,
  fill: Fill,
  warn: (text: string) => void,
): Promise<void> {
  const extended = new Spool(temporaryName(outputFile, attemptId, 'rows'), waitingRoom);
  const file = Hdf5File.create(library, {
    path,
    general: request.general,
    format: request.compact ? 'compact' : { extended },
    compression,
    packed: !plainImages,
  });
  try {
    const channels = await fill(file, temporaryName(outputFile, attemptId, 'spool'));
    file.finish(fileAttributes(request, channels), channelAttributes(channels));
  } catch (error) {
    attempt('a file that failed was not closed', warn, () => file.abort());
    throw error;
  }
}

function attempt(complaint: string, warn: (text: string) => void, action: () => void): void {
  try {
    action();
  } catch (error) {
    warn(`${complaint}: ${errorText(error)}`);
  }
}
