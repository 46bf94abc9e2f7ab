import { dirname, join, resolve } from 'node:path';
import { NO_FILE } from '../../filesystem/output-roots.js';
import type { Hope } from '../../databuffer/data-source.js';
import { EmptyReply, UnmappedPulses } from '../../databuffer/errors.js';
import type { ReplyResult } from '../../databuffer/reply-result.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import { ChannelGoesOn } from '../../report/errors.js';
import { missingAtEnds } from '../../request/pulse-rate.js';
import type { RowSink } from '../../rows/row-sink.js';
import { pause } from '../pause.js';
import { monotonicSeconds } from '../request-age.js';
import { type AskAgainTools, askAgain } from './ask-again.js';
import { askForData } from './ask-for-data.js';
import { channelReports, isSettled, refuseForgotten, refuseUseless } from './channel-reports.js';
import { CountingSink } from './counting-sink.js';
import { failureOf } from './failure-of.js';
import { entered, whileWaiting } from './journal-entry.js';
import type { JobTools } from './job-tools.js';
import { DataNotThereYet, NoData } from './errors.js';
import {
  type Job,
  type JobFailure,
  type JobOutcome,
  type JobProgress,
  NOTHING_DONE,
} from './job.js';
import type { ChannelReport } from '../../report/channel-report.js';
import { PulsedRows } from './pulsed-rows.js';
import { ProgressMeter } from './progress-meter.js';
import type { PulseSteps } from './pulse-steps.js';
import { PlotsFailed } from '../../hdf5/library/plots-failed.js';
import { SelectedRows, selectingRequest } from './selected-rows.js';
import type { Fill } from './filling.js';
import { writeHdf5File } from './write-hdf5-file.js';

/** Rows that room is left for where a channel has fewer so far. */
const MAX_AHEAD = 100;

/** Facts about a job so far, which a failure does not take away. */
type Findings = { -readonly [K in keyof JobOutcome]: JobOutcome[K] } & {
  readonly warnings: string[];
};

/**
 * Carries out one attempt at a write request: asks for the data, writes it under a temporary name,
 * and gives the file its name when it is whole and on disk. Never rejects.
 *
 * @param signal ends the job early; its reason becomes the failure
 * @param tell hears how far it is, from the first byte on about once a second
 * @param wait waits for data that comes late
 */
export async function runJob(
  job: Job,
  tools: JobTools,
  signal: AbortSignal,
  tell: (progress: JobProgress) => void = () => undefined,
  wait = pause,
): Promise<JobOutcome> {
  const begun = performance.now();
  const findings: Findings = { ...NOTHING_DONE, warnings: [] };
  let failure: JobFailure | undefined;
  try {
    await carryOut(job, tools, signal, findings, tell, wait);
    if (job.leftAs !== undefined) {
      findings.warnings.push(...tools.failed.forget(job.leftAs, job.request.replayOf));
    }
  } catch (error) {
    failure = failureOf(error, folderOf(job, tools, findings));
  }
  findings.warnings.push(...(tools.headers?.takeWarnings() ?? []));
  return {
    ...findings,
    seconds: (performance.now() - begun) / 1000,
    failure,
    needsFreshThread: tools.files.needsFreshThread || failure?.kind === 'thread',
  };
}

async function carryOut(
  asked: Job,
  tools: JobTools,
  signal: AbortSignal,
  findings: Findings,
  tell: (progress: JobProgress) => void,
  wait: typeof pause,
): Promise<void> {
  signal.throwIfAborted();
  const { roots, options } = tools;
  const selecting = options.selectPulses ? selectingRequest(asked.request) : undefined;
  const job = selecting ? { ...asked, request: selecting.request } : asked;
  const [spillBuffer, extendedRoom] = sharesOf(tools.spillBuffer, job);
  const warn = (text: string) => void findings.warnings.push(text);
  const waitUnnamed = (...args: Parameters<typeof wait>) =>
    whileWaiting(job, tools, warn, () => wait(...args));
  const meter = new ProgressMeter(tell);
  let inPieces = false;
  const fill: Fill = async (sink, spoolPath) => {
    const pulsed = job.request.compact ? undefined : new PulsedRows(sink);
    const selected = selecting && new SelectedRows(pulsed ?? sink, selecting.pulses);
    const counter = new CountingSink(
      selected ?? pulsed ?? sink,
      (steps) => furtherRows(job, steps, inPieces),
      () => meter.look(),
    );
    meter.begin(() => counter.rows);
    const received = (bytes: number) => meter.add(bytes);
    const hope = hopeOf(job, waitUnnamed);
    const reading = { spillBuffer, spoolPath, signal, received, hope };
    const ask = (request: ParsedWriteRequest, to: RowSink) =>
      askForData(request, tools.sources, reading, to);
    const begun = performance.now();
    const reply = await allData(job, counter, { ask, signal, warn, wait: waitUnnamed }).finally(
      () => {
        const taken = performance.now() - begun - counter.milliseconds;
        findings.retrievalSeconds = taken / 1000;
      },
    );
    const { bytes, notRequested, descriptions } = reply;
    const came = channelReports(job.request, reply, counter);
    if (job.mustHaveRows) refuseForgotten(came);
    const taken = selected?.reportsOf(came, counter) ?? came;
    const channels = pulsed?.reportsOf(taken) ?? taken;
    const rows = rowsOf(channels);
    Object.assign(findings, { channels, notRequested, bytes, rows });
    refuseUseless(channels, options.errorIfNoData);
    signal.throwIfAborted();
    return { channels, leftOut: pulsed?.leftOut, descriptions };
  };
  const outputFile = roots.resolve(job.request.outputFile);
  findings.outputFile = outputFile;
  if (outputFile === NO_FILE) {
    await entered(job, tools, warn, () =>
      fill(DISCARDING_SINK, join(options.stateDirectory, `.${job.attemptId}.spool`)),
    );
    findings.state = 'skipped';
    return;
  }
  let withoutPlots = false;
  const selectedPulses = selecting?.pulses.size;
  const writing = { fill, spillBuffer: extendedRoom, meter, warn, selectedPulses };
  const write = (): ReturnType<typeof writeHdf5File> =>
    writeHdf5File(job, tools, { ...writing, withoutPlots }).catch((error: unknown) => {
      if (error instanceof ChannelGoesOn && !inPieces) {
        // Once more, ready for it: so few servers do it that others should not pay for it.
        inPieces = true;
      } else if (error instanceof PlotsFailed) {
        // The data counts.
        withoutPlots = true;
        warn(`${outputFile}: ${error.message}; the file is written without them`);
      } else throw error;
      return write();
    });
  const made = await write();
  Object.assign(findings, made);
}

/** The folder in which it writes; undefined where the name can't even be read. */
function folderOf(
  { request: { outputFile } }: Job,
  { roots, options }: JobTools,
  { outputFile: resolved }: Findings,
): string | undefined {
  if (outputFile === NO_FILE) return options.stateDirectory;
  return dirname(resolved ?? resolve(roots.firstWritable(), outputFile));
}

/** How long a data source may wait for data; undefined where nobody waits. */
function hopeOf({ lateData }: Job, wait: Hope['wait']): Hope | undefined {
  if (lateData === undefined) return undefined;
  return { left: () => Math.max(lateData.until - monotonicSeconds(), 0), wait };
}

/** @throws DataNotThereYet for no row, as long as the job may wait for some */
async function allData(
  { request, lateData, mustHaveRows }: Job,
  counter: CountingSink,
  tools: Omit<AskAgainTools, 'counter'>,
): Promise<ReplyResult> {
  const awaitsData = () =>
    lateData !== undefined && (lateData.atLeastOnce || monotonicSeconds() < lateData.until);
  const reply = await tools.ask(request, counter).catch((error: unknown) => {
    const isUnmapped = error instanceof UnmappedPulses;
    if (!isUnmapped && !(error instanceof EmptyReply)) throw error;
    if (awaitsData()) throw new DataNotThereYet(error.message);
    throw mustHaveRows && !isUnmapped ? new NoData() : error;
  });
  if (reply.rows === 0 && mayStillCome(reply) && awaitsData()) throw new DataNotThereYet();
  const { pulseRange } = request;
  if (lateData === undefined || pulseRange === undefined) return reply;
  return askAgain(request, pulseRange, lateData, reply, { ...tools, counter });
}

/** Whether another question could find rows. */
function mayStillCome(reply: ReplyResult): boolean {
  const { channels, missing } = reply;
  return missing.length > 0 || channels.some((channel) => !isSettled(channel, reply));
}

/** Rows in the file, all channels together. */
function rowsOf(channels: readonly ChannelReport[]): number {
  return channels.reduce((sum, { rows }) => sum + rows, 0);
}

/** Rows that may come of a channel when it is opened again, about. */
function furtherRows({ request, lateData }: Job, steps: PulseSteps, inPieces: boolean): number {
  const own = inPieces ? Math.max(steps.rows, 1) : 0;
  const { pulseRange: range } = request;
  if (lateData === undefined || range === undefined) return own;
  const span = steps.span();
  if (span.followsPulses === false) return own;
  const { last = range.startPulseId - 1 } = span;
  const { after } = missingAtEnds(span, range) ?? { after: range.endPulseId - last };
  // They take up room in the file even if they don't come.
  return Math.max(own, Math.min(after, Math.max(steps.rows, MAX_AHEAD)));
}

/** Memory for those that have rows wait: the reading side, and an extended file. */
function sharesOf(spillBuffer: Uint8Array, { request }: Job): [Uint8Array, Uint8Array] {
  const border = request.compact ? spillBuffer.length : Math.floor(spillBuffer.length / 2);
  return [spillBuffer.subarray(0, border), spillBuffer.subarray(border)];
}

/** Takes all rows and keeps none: for `/dev/null`. */
export const DISCARDING_SINK: RowSink = {
  openChannel: () => ({ append: () => undefined, close: () => undefined }),
  headerOf: () => undefined,
};
