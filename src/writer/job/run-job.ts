import { join } from 'node:path';
import type { ReplyResult } from '../../databuffer/reply-result.js';
import { NO_FILE } from '../../output/output-roots.js';
import type { ChannelReport } from '../../rows/channel-report.js';
import { askForData } from './ask-for-data.js';
import { channelReports, refuseUseless } from './channel-reports.js';
import { DISCARDING_SINK } from './discarding-sink.js';
import { failureOf } from './failure-of.js';
import type { JobTools } from './job-tools.js';
import type { Job, JobFailure, JobOutcome } from './job.js';
import { type Fill, writeHdf5File } from './write-hdf5-file.js';

/** What is known of a job so far; what it failed with does not take that away. */
interface Findings {
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
 */
export async function runJob(job: Job, tools: JobTools, signal: AbortSignal): Promise<JobOutcome> {
  const begun = performance.now();
  const findings: Findings = { channels: [], warnings: [] };
  let failure: JobFailure | undefined;
  try {
    await carryOut(job, tools, signal, findings);
  } catch (error) {
    failure = failureOf(error);
  }
  const { outputFile, reply, channels, warnings } = findings;
  return {
    state: failure ? 'failed' : outputFile === NO_FILE ? 'skipped' : 'written',
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
): Promise<void> {
  signal.throwIfAborted();
  const { roots } = tools;
  const options = { ...tools.options, memoryBudget: shareOf(tools.options.memoryBudget, job) };
  const fill: Fill = async (sink, spoolPath) => {
    const waitingRoom = tools.waitingRoom.subarray(0, options.memoryBudget);
    const askTools = { ...tools, waitingRoom, spoolPath, signal };
    const reply = await askForData(job.request, options, askTools, sink);
    findings.reply = reply;
    findings.channels = channelReports(job.request, reply);
    refuseUseless(findings.channels, options.errorIfNoData);
    signal.throwIfAborted();
    return findings.channels;
  };
  const outputFile = roots.resolve(job.request.outputFile);
  findings.outputFile = outputFile;
  if (outputFile === NO_FILE) {
    await fill(DISCARDING_SINK, join(options.stateDirectory, `.${job.attemptId}.spool`));
  } else {
    await writeHdf5File(job, outputFile, options, tools, fill, (text) =>
      findings.warnings.push(text),
    );
  }
}

/** What each may keep in memory that has rows wait: the reading side, and an extended file. */
function shareOf(memoryBudget: number | undefined, { request }: Job): number | undefined {
  return memoryBudget === undefined || request.compact ? memoryBudget : memoryBudget / 2;
}
