import { join } from 'node:path';
import type { ReplyResult } from '../../databuffer/reply-result.js';
import { NO_FILE } from '../../output/output-roots.js';
import type { ChannelReport } from '../../rows/channel-report.js';
import { EmptyReply } from '../../databuffer/errors.js';
import type { WriteState } from '../../rows/write-report.js';
import { answerOnDisk } from './answer-on-disk.js';
import { askForData } from './ask-for-data.js';
import { channelReports, refuseUseless } from './channel-reports.js';
import { CountingSink } from './counting-sink.js';
import { DISCARDING_SINK } from './discarding-sink.js';
import { failureOf } from './failure-of.js';
import type { JobTools } from './job-tools.js';
import { DataNotThereYet } from './job-errors.js';
import type { Job, JobFailure, JobOutcome, JobProgress } from './job.js';
import { ProgressMeter } from './progress-meter.js';
import { type Fill, writeHdf5File } from './write-hdf5-file.js';

/** What is known of a job so far; what it failed with does not take that away. */
interface Findings {
  state: WriteState;
  outputFile?: string;
  reply?: ReplyResult;
  channels: readonly ChannelReport[];
  readonly warnings: string[];
}

/**
 * Carries out one attempt at a write request: asks for the data, writes it under a temporary name,
 * and gives the file its name when it is whole and on disk. Never rejects.
 *
 * @param signal ends the job early; its reason becomes the failure
 * @param tell hears how far it is, from the first byte on about once a second
 */
export async function runJob(
  job: Job,
  tools: JobTools,
  signal: AbortSignal,
  tell: (progress: JobProgress) => void = () => undefined,
): Promise<JobOutcome> {
  const begun = performance.now();
  const findings: Findings = { state: 'failed', channels: [], warnings: [] };
  let failure: JobFailure | undefined;
  try {
    await carryOut(job, tools, signal, findings, tell);
  } catch (error) {
    failure = failureOf(error);
    const { outputFile } = findings;
    const answer = outputFile && answerOnDisk(tools.library, outputFile, job);
    if (answer) [findings.state, failure] = [answer, undefined];
  }
  const { state, outputFile, reply, channels, warnings } = findings;
  return {
    state,
    outputFile,
    channels,
    notRequested: reply?.notRequested ?? [],
    bytes: reply?.bytes ?? 0,
    rows: reply?.rows ?? 0,
    seconds: (performance.now() - begun) / 1000,
    failure,
    needsFreshThread: tools.library.needsFreshThread || failure?.kind === 'thread',
    warnings,
  };
}

async function carryOut(
  job: Job,
  tools: JobTools,
  signal: AbortSignal,
  findings: Findings,
  tell: (progress: JobProgress) => void,
): Promise<void> {
  signal.throwIfAborted();
  const { roots } = tools;
  const { options } = tools;
  const [waitingRoom, extendedRoom] = sharesOf(tools.waitingRoom, job);
  const fill: Fill = async (sink, spoolPath) => {
    const counter = new CountingSink(sink);
    const meter = new ProgressMeter(counter, tell);
    const received = (bytes: number) => meter.add(bytes);
    const askTools = { ...tools, waitingRoom, spoolPath, signal, received };
    const reply = await askForData(job.request, options, askTools, counter).catch(
      (error: unknown) => {
        throw job.awaitsData && error instanceof EmptyReply ? new DataNotThereYet() : error;
      },
    );
    findings.reply = reply;
    findings.channels = channelReports(job.request, reply, counter);
    if (job.awaitsData && reply.rows === 0) throw new DataNotThereYet();
    refuseUseless(findings.channels, options.errorIfNoData);
    signal.throwIfAborted();
    return findings.channels;
  };
  const outputFile = roots.resolve(job.request.outputFile);
  findings.outputFile = outputFile;
  if (outputFile === NO_FILE) {
    await fill(DISCARDING_SINK, join(options.stateDirectory, `.${job.attemptId}.spool`));
    findings.state = 'skipped';
  } else {
    findings.state = await writeHdf5File(
      job,
      outputFile,
      options,
      tools,
      extendedRoom,
      fill,
      (text) => findings.warnings.push(text),
    );
  }
}

/** Memory for those that have rows wait: the reading side, and an extended file. */
function sharesOf(waitingRoom: Uint8Array, { request }: Job): [Uint8Array, Uint8Array] {
  const border = request.compact ? waitingRoom.length : Math.floor(waitingRoom.length / 2);
  return [waitingRoom.subarray(0, border), waitingRoom.subarray(border)];
}
