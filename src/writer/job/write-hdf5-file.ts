import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmptyReply } from '../../databuffer/errors.js';
import { selectionAttributes } from '../../hdf5/read/asked-range.js';
import { errorText } from '../../logging/error-text.js';
import type { OpenFolder } from '../../filesystem/open-folder.js';
import type { OutputPlace } from '../../filesystem/output-roots.js';
import type { ChannelReport } from '../../report/channel-report.js';
import { placeOf, renameDurably } from '../error-files/durable-files.js';
import { removeErrorFile } from '../error-files/error-file-beside.js';
import { temporaryName } from '../state/temporary-files.js';
import { type AnswerOnDisk, findExistingOutput } from './find-existing-output.js';
import { refuseFewerRows } from './fewer-rows.js';
import type { Fill } from './filling.js';
import { channelEndings, creatorAttributes, fileAttributes } from './file-attributes.js';
import { FileLook, type FileThere } from './file-there.js';
import { ChannelsWithoutData, NoData, OutputDisturbed } from './errors.js';
import type { JobTools } from './job-tools.js';
import type { Job } from './job.js';
import type { ProgressMeter } from './progress-meter.js';

/** The file of the request is there now. */
export interface Written {
  readonly state: 'written';
  readonly fileBytes: number;
  /** The file that was there before. */
  readonly replaced: FileThere | undefined;
}

export interface FileOptions {
  readonly fill: Fill;
  /** For rows of an extended file, before they wait in a file as well. */
  readonly spillBuffer: Uint8Array;
  readonly meter: ProgressMeter;
  /** Hears what went wrong without keeping the file from being written. */
  readonly warn: (text: string) => void;
  /** How many pulses of the range are written, where it is not all of them. */
  readonly selectedPulses?: number;
  /** Whether the file gets nothing that viewers plot by, whatever the writer's setting. */
  readonly withoutPlots?: boolean;
}

/**
 * Makes a job's file: under its name there is the whole of it, on disk, or what was there before. An error
 * file of an earlier failure goes. Nothing is touched where the request is answered already: that is looked
 * at before its data is asked for, and again when the file is whole. Nor is a file of the same request that
 * has more rows, unless the request says so.
 *
 * The file's folder is held open: whatever takes its name meanwhile, nothing lands elsewhere.
 *
 * @returns what is there now: the request's file, and its size, or what is in it where that was there
 * already; or that of a newer request
 * @throws FewerRows, FileUnreadable, RequestError, FileSystemFailure, Hdf5Failure, PlotsFailed, or what `fill` throws;
 * nothing is left then
 */
export async function writeHdf5File(
  job: Job,
  tools: JobTools,
  options: FileOptions,
): Promise<AnswerOnDisk | Written> {
  const place = placeOf(tools.roots, job.request.outputFile);
  const { folder } = place;
  const warn = (text: string) => options.warn(folder.named(text));
  try {
    return await new OutputFile(place, job, tools, { ...options, warn }).write();
  } catch (error) {
    throw folder.withNames(error);
  } finally {
    folder.close();
  }
}

/** The file of a job, in its open folder. */
class OutputFile {
  private readonly look: FileLook;

  constructor(
    private readonly place: OutputPlace,
    private readonly job: Job,
    private readonly tools: JobTools,
    private readonly options: FileOptions,
  ) {
    this.look = new FileLook(tools.reader, place.folder.at(place.name));
  }

  async write(): Promise<AnswerOnDisk | Written> {
    const { folder, name } = this.place;
    const outcome = (await this.findAnswer()) ?? (await this.make());
    if (outcome.state !== 'superseded') {
      this.attempt('the error file of an earlier failure stays', () =>
        removeErrorFile(folder, name, this.job.request),
      );
    }
    return outcome;
  }

  private async findAnswer(): Promise<AnswerOnDisk | undefined> {
    return this.job.mayBeAnswered ? findExistingOutput(this.look, this.job.request) : undefined;
  }

  /** Makes the file under a temporary name. */
  private async make(): Promise<AnswerOnDisk | Written> {
    const { path, folder, name } = this.place;
    const { warn } = this.options;
    const { temporaryFiles } = this.tools;
    const { attemptId, sentAs } = this.job;
    const temporary = temporaryFiles.open(attemptId, folder, name, sentAs);
    if (temporary.problem) warn(errorText(temporary.problem));
    try {
      const channels = await this.fill(temporary.name);
      return (await this.findAnswer()) ?? (await this.publish(temporary.name, channels));
    } catch (error) {
      if (!isMissing(error)) throw error;
      const what = folder.isAt(dirname(path)) ? 'temporary_file_gone' : 'folder_moved';
      throw new OutputDisturbed(what, path, { cause: error });
    } finally {
      const left = temporaryFiles.close(attemptId, folder, temporary);
      if (left) warn(`${left.path} could not be removed: ${errorText(left.error)}`);
    }
  }

  private async fill(temporary: string): Promise<readonly ChannelReport[]> {
    const { path, folder } = this.place;
    const { request } = this.job;
    let channels: readonly ChannelReport[];
    try {
      channels = await this.writeRows(temporary);
    } catch (error) {
      // Where nothing came, a file that has something is kept as well, and that is what is told.
      if (isWithoutData(error)) await refuseFewerRows(this.look, request, channelsOf(error));
      throw error;
    }
    // Whatever has taken the name while the data came must not lead out of the roots.
    this.tools.roots.resolve(request.outputFile);
    if (!folder.isAt(dirname(path))) throw new OutputDisturbed('folder_moved', path);
    return channels;
  }

  private async writeRows(temporary: string): Promise<readonly ChannelReport[]> {
    const { folder, name } = this.place;
    const { request, attemptId } = this.job;
    const { compression, plainImages } = this.tools.options;
    const plots = this.options.withoutPlots ? undefined : this.tools.options.plots;
    const beside = (what: 'rows' | 'spool') => folder.at(temporaryName(name, attemptId, what));
    const extended = { path: beside('rows'), memory: this.options.spillBuffer };
    const file = this.tools.files.create({
      path: folder.at(temporary),
      general: request.general,
      layout: request.layout,
      format: request.compact ? 'compact' : { extended },
      compression,
      packed: !plainImages,
      entry: plots && { title: name, identifier: request.id?.replaceAll('\0', '') },
    });
    const { meter, fill, selectedPulses } = this.options;
    meter.watch(() => sizeOf(folder, temporary) + file.waitingBytes);
    try {
      const filling = await fill(file, beside('spool'));
      const { channels } = filling;
      const attributes = {
        ...(plots && creatorAttributes(plots.creatorVersion)),
        ...selectionAttributes(selectedPulses),
        ...fileAttributes(request, channels),
      };
      await file.finish(attributes, channelEndings(filling), () => meter.look());
      return channels;
    } catch (error) {
      await file
        .abort()
        .catch((problem: unknown) => this.complain('a file that failed was not closed', problem));
      throw error;
    }
  }

  /** Gives the file its name. */
  private async publish(temporary: string, channels: readonly ChannelReport[]): Promise<Written> {
    const { folder, name } = this.place;
    await refuseFewerRows(this.look, this.job.request, channels);
    const replaced = await this.look.now();
    const fileBytes = statSync(folder.at(temporary)).size;
    renameDurably(folder, temporary, name);
    return { state: 'written', fileBytes, replaced };
  }

  private attempt(complaint: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.complain(complaint, error);
    }
  }

  private complain(complaint: string, error: unknown): void {
    this.options.warn(`${complaint}: ${errorText(error)}`);
  }
}

/** Whoever writes to it hears of what is wrong with the disk. */
function sizeOf(folder: OpenFolder, name: string): number {
  try {
    return statSync(folder.at(name)).size;
  } catch {
    return 0;
  }
}

function isWithoutData(error: unknown): error is EmptyReply | NoData | ChannelsWithoutData {
  return [EmptyReply, NoData, ChannelsWithoutData].some((kind) => error instanceof kind);
}

function channelsOf(error: Error): readonly ChannelReport[] {
  return error instanceof ChannelsWithoutData ? error.all : [];
}

/** Whether a file that was there is gone, or its folder, through which all of them are reached. */
function isMissing(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
