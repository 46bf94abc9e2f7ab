import { join } from 'node:path';
import { NO_FILE } from '../../output/output-roots.js';
import { EmptyReply } from '../../databuffer/errors.js';
import { askForData } from './ask-for-data.js';
import { channelReports, refuseUseless } from './channel-reports.js';
import { CountingSink } from './counting-sink.js';
import { DISCARDING_SINK } from './discarding-sink.js';
import { failureOf } from './failure-of.js';
import type { JobTools } from './job-tools.js';
import { DataNotThereYet } from './job-errors.js';
import {
  type Job,
  type JobFailure,
  type JobOutcome,
  type JobProgress,
  NOTHING_DONE,
} from './job.js';
import { ProgressMeter } from './progress-meter.js';
import { type Fill, writeHdf5File } from './write-hdf5-file.js';

/** What is known of a job so far; what it failed with does not take that away. */
type Findings = { -readonly [K in keyof JobOutcome]: JobOutcome[K] } & {
  readonly warnings: string[];
};

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
  const findings: Findings = { ...NOTHING_DONE, warnings: [] };
  let failure: JobFailure | undefined;
  try {
    await carryOut(job, tools, signal, findings, tell);
  } catch (error) {
    failure = failureOf(error);
  }
  return {
    ...findings,
    seconds: (performance.now() - begun) / 1000,
    failure,
    needsFreshThread: tools.library.needsFreshThread || failure?.kind === 'thread',
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
    const begun = performance.now();
    const reply = await askForData(job.request, options, askTools, counter)
      .catch((error: unknown) => {
        throw job.awaitsData && error instanceof EmptyReply ? new DataNotThereYet() : error;
      })
      .finally(() => {
        const taken = performance.now() - begun - counter.milliseconds;
        findings.retrievalSeconds = taken / 1000;
      });
    const { bytes, rows, notRequested } = reply;
    const channels = channelReports(job.request, reply, counter);
    Object.assign(findings, { channels, notRequested, bytes, rows });
    if (job.awaitsData && rows === 0) throw new DataNotThereYet();
    refuseUseless(channels, options.errorIfNoData);
    signal.throwIfAborted();
    return channels;
  };
  const outputFile = roots.resolve(job.request.outputFile);
  findings.outputFile = outputFile;
  if (outputFile === NO_FILE) {
    await fill(DISCARDING_SINK, join(options.stateDirectory, `.${job.attemptId}.spool`));
    findings.state = 'skipped';
  } else {
    const warn = (text: string) => findings.warnings.push(text);
    const made = await writeHdf5File(job, options, tools, extendedRoom, fill, warn);
    Object.assign(findings, made);
  }
}

/** Memory for those that have rows wait: the reading side, and an extended file. */
function sharesOf(waitingRoom: Uint8Array, { request }: Job): [Uint8Array, Uint8Array] {
  const border = request.compact ? waitingRoom.length : Math.floor(waitingRoom.length / 2);
  return [waitingRoom.subarray(0, border), waitingRoom.subarray(border)];
}
