import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmptyReply } from '../../databuffer/errors.js';
import { Hdf5File } from '../../hdf5/hdf5-file.js';
import type { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { errorText } from '../../logging/error-text.js';
import type { OpenFolder } from '../../filesystem/open-folder.js';
import type { OutputPlace } from '../../filesystem/output-roots.js';
import type { ChannelReport } from '../../report/channel-report.js';
import type { RowSink } from '../../rows/row-sink.js';
import { Spool } from '../../rows/spool.js';
import { placeOf, renameDurably } from '../durable-files.js';
import { removeErrorFile } from '../error-file-beside.js';
import { temporaryName } from '../state/temporary-files.js';
import { type AnswerOnDisk, findExistingOutput } from './find-existing-output.js';
import { refuseFewerRows } from './fewer-rows.js';
import { channelAttributes, fileAttributes } from './file-attributes.js';
import { FileLook, type FileThere } from './file-there.js';
import { ChannelsWithoutData, OutputDisturbed } from './errors.js';
import type { JobTools } from './job-tools.js';
import type { Job, JobOptions } from './job.js';

/** Puts the rows into a file and tells which channels there are. `spoolPath` is a free name beside the file. */
export type Fill = (sink: RowSink, spoolPath: string) => Promise<readonly ChannelReport[]>;

/** The file of the request is there now. */
export interface Written {
  readonly state: 'written';
  readonly fileBytes: number;
  /** What was there before. */
  readonly replaced: FileThere | undefined;
}

/**
 * Makes a job's file: under its name there is the whole of it, on disk, or what was there before.
 * An error file of an earlier failure goes. Nothing is touched where the request is answered already:
 * that is looked at before its data is asked for, and again when the file is whole. Nor is a file of
 * the same request that has more rows, unless the request says so.
 *
 * The file's folder is held open: whatever takes its name meanwhile, nothing lands elsewhere.
 *
 * @param spillBuffer for rows of an extended file, before they wait in a file as well
 * @param warn hears what went wrong without keeping the file from being written
 * @returns what is there now: the request's file, and its size, or what is in it where that was there
 *   already; or that of a newer request
 * @throws FewerRows, FileUnreadable, RequestError, FileSystemFailure, Hdf5Failure, or what `fill` throws; nothing is left then
 */
export async function writeHdf5File(
  job: Job,
  options: JobOptions,
  tools: JobTools,
  spillBuffer: Uint8Array,
  fill: Fill,
  warn: (text: string) => void,
): Promise<AnswerOnDisk | Written> {
  const place = placeOf(tools.roots, job.request.outputFile);
  const { folder } = place;
  try {
    return await writeAt(place, job, options, tools, spillBuffer, fill, (text) =>
      warn(folder.named(text)),
    );
  } catch (error) {
    throw folder.withNames(error);
  } finally {
    folder.close();
  }
}

async function writeAt(
  { path, folder, name }: OutputPlace,
  job: Job,
  options: JobOptions,
  { roots, temporaryFiles, library, reader }: JobTools,
  spillBuffer: Uint8Array,
  fill: Fill,
  warn: (text: string) => void,
): Promise<AnswerOnDisk | Written> {
  const { request } = job;
  const look = new FileLook(reader, folder.at(name));
  const findAnswer = async () =>
    job.mayBeAnswered ? findExistingOutput(look, request) : undefined;
  let answer = await findAnswer();
  let fileBytes = 0;
  let replaced: FileThere | undefined;
  if (answer === undefined) {
    const temporary = temporaryFiles.open(job.attemptId, folder, name);
    if (temporary.problem) warn(errorText(temporary.problem));
    try {
      const channels = await fillFile(
        folder,
        temporary.name,
        name,
        job,
        options,
        library,
        spillBuffer,
        fill,
        warn,
      ).catch(async (error: unknown) => {
        // Where nothing came, a file that has something is kept as well, and that is what is told.
        if (isWithoutData(error)) await refuseFewerRows(look, request, channelsOf(error));
        throw error;
      });
      // What came to be under the name while the data came must not lead out of the roots.
      roots.resolve(request.outputFile);
      if (!folder.isAt(dirname(path))) throw new OutputDisturbed('folder_moved', path);
      answer = await findAnswer();
      if (answer === undefined) {
        await refuseFewerRows(look, request, channels);
        replaced = await look.now();
        fileBytes = statSync(folder.at(temporary.name)).size;
        renameDurably(folder, temporary.name, name);
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
      const what = folder.isAt(dirname(path)) ? 'temporary_file_gone' : 'folder_moved';
      throw new OutputDisturbed(what, path, { cause: error });
    } finally {
      const left = temporaryFiles.close(job.attemptId, folder, temporary);
      if (left) warn(`${left.path} could not be removed: ${errorText(left.error)}`);
    }
  }
  if (answer?.state === 'superseded') return answer;
  attempt('the error file of an earlier failure stays', warn, () =>
    removeErrorFile(folder, name, job.request),
  );
  return answer ?? { state: 'written', fileBytes, replaced };
}

async function fillFile(
  folder: OpenFolder,
  temporary: string,
  name: string,
  { attemptId, request }: Job,
  { compression, plainImages }: JobOptions,
  library: Hdf5Library,
  spillBuffer: Uint8Array,
  fill: Fill,
  warn: (text: string) => void,
): Promise<readonly ChannelReport[]> {
  const extended = new Spool(folder.at(temporaryName(name, attemptId, 'rows')), spillBuffer);
  const file = Hdf5File.create(library, {
    path: folder.at(temporary),
    general: request.general,
    format: request.compact ? 'compact' : { extended },
    compression,
    packed: !plainImages,
  });
  try {
    const channels = await fill(file, folder.at(temporaryName(name, attemptId, 'spool')));
    file.finish(fileAttributes(request, channels), channelAttributes(channels));
    return channels;
  } catch (error) {
    attempt('a file that failed was not closed', warn, () => file.abort());
    throw error;
  }
}

function isWithoutData(error: unknown): error is EmptyReply | ChannelsWithoutData {
  return error instanceof EmptyReply || error instanceof ChannelsWithoutData;
}

function channelsOf(error: EmptyReply | ChannelsWithoutData): readonly ChannelReport[] {
  return error instanceof ChannelsWithoutData ? error.all : [];
}

/** Whether a file that was there is no more, or its folder: all of them are reached through that. */
function isMissing(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

function attempt(complaint: string, warn: (text: string) => void, action: () => void): void {
  try {
    action();
  } catch (error) {
    warn(`${complaint}: ${errorText(error)}`);
  }
}
