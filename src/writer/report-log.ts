import type { EventLog } from '../logging/event-log.js';
import type { LogFields } from '../logging/log-fields.js';
import { displayName } from '../request/channel.js';
import { countsOf } from '../report/count-channels.js';
import type { ChannelReport } from '../report/channel-report.js';
import type { WriteReport, WriteState } from '../report/write-report.js';
import type { HeldRequest } from './held-request.js';
import { problemText } from './job/file-attributes.js';
import type { FileThere } from './job/file-there.js';
import type { JobFailure } from './job/job.js';

// A reply may name any number of channels; the report has all of them.
const MAX_CHANNEL_LINES = 100;

const RECEIVED = 'request received';

const DONE: Readonly<Record<WriteState, string>> = {
  written: 'file written',
  superseded: 'file of a newer request is there',
  skipped: 'request done, no file wanted',
  failed: 'request failed',
};

/** Log fields that tell a request from others: id, file, range. */
export function logFieldsOf({ identity, parsed, outputFile }: HeldRequest): LogFields {
  const request_id = identity.id;
  if (!parsed) return { request_id, output_file: outputFile };
  const { pulseRange, channels } = parsed;
  return {
    request_id,
    output_file: outputFile,
    start_pulse_id: pulseRange?.startPulseId,
    stop_pulse_id: pulseRange?.endPulseId,
    channels: channels.length,
  };
}

/** The same, and which sending of the request it is. */
export function sendingFieldsOf(held: HeldRequest): LogFields {
  return { ...logFieldsOf(held), attempt: held.attempt };
}

/**
 * One line for a request that just came. One that may be given back, perhaps again and again, has it when it
 * begins.
 */
export function logCame(logger: EventLog, held: HeldRequest): void {
  if (held.handling) logger.debug('request came', sendingFieldsOf(held));
  else logger.log(RECEIVED, sendingFieldsOf(held));
}

/** The line for one that may have been given back, and is not. */
export function logBegun(logger: EventLog, held: HeldRequest): void {
  if (held.handling) logger.log(RECEIVED, sendingFieldsOf(held));
}

/** A line for a try that begins. */
export function logTry(logger: EventLog, held: HeldRequest, data_api_url: string): void {
  logger.debug('try begins', { ...sendingFieldsOf(held), tries: held.tries, data_api_url });
}

/** One line for an attempt that failed and is not the last one. */
export function logRetry(
  logger: EventLog,
  held: HeldRequest,
  { code, message }: JobFailure,
  wait: number,
): void {
  logger.warn('attempt failed', {
    ...logFieldsOf(held),
    tries: held.tries,
    retry_in_s: Number(wait.toFixed(2)),
    code,
    error: message,
  });
}

/** One line for what became of a request, and one for each channel that has something to it. */
export function logReport(
  logger: EventLog,
  held: HeldRequest,
  report: WriteReport,
  warnings: readonly string[],
  isForAnother: boolean,
): void {
  const fields = { ...logFieldsOf(held), output_file: report.output_file };
  const { request_id, output_file } = fields;
  const remarkable = report.channels.filter(isRemarkable);
  for (const channel of remarkable.slice(0, MAX_CHANNEL_LINES)) {
    logChannel(logger, { request_id, output_file }, channel);
  }
  if (remarkable.length > MAX_CHANNEL_LINES) {
    const channels_not_logged = remarkable.length - MAX_CHANNEL_LINES;
    const facts = { request_id, output_file, channels_not_logged };
    logger.warn('more channels failing or with problems', facts);
  }
  for (const error of warnings) logger.warn('needs attention', { request_id, output_file, error });
  logOutcome(logger, fields, report, isForAnother);
}

/** One line for a file that had the name of the one that was written. */
export function logReplaced(logger: EventLog, held: HeldRequest, { of, damaged }: FileThere): void {
  const { request_id, output_file } = logFieldsOf(held);
  const time = of.timestamp === undefined ? undefined : new Date(of.timestamp * 1000);
  const replaced_request =
    of.id ?? (time && !Number.isNaN(time.getTime()) ? `made at ${time.toISOString()}` : 'unknown');
  const fields = { request_id, output_file, replaced_request };
  if (damaged === undefined) logger.warn('file replaced', fields);
  else logger.warn('damaged file replaced', { ...fields, reason: damaged });
}

function logOutcome(
  logger: EventLog,
  fields: LogFields,
  report: WriteReport,
  isForAnother: boolean,
): void {
  const { state, failure, attempts } = report;
  if (failure) {
    const { error_file } = report;
    const event = {
      ...fields,
      ...countsOf(report),
      tries: attempts,
      code: failure.code,
      error: failure.message,
      error_file,
    };
    if (isForAnother) logger.warn('request failed here, another writer is to try it', event);
    else logger.error(DONE.failed, event);
    return;
  }
  logger.log(DONE[state], {
    ...fields,
    tries: attempts,
    rows: report.rows,
    bytes: report.bytes,
    file_bytes: report.file_bytes,
    duration_s: Number(report.seconds.toFixed(3)),
    mb_per_s: Number((report.bytes / 1e6 / report.seconds).toFixed(1)),
    ...countsOf(report),
    channels_not_requested: report.not_requested.length,
  });
}

function logChannel(logger: EventLog, fields: LogFields, channel: ChannelReport): void {
  const { name, failure, problems, short, rows } = channel;
  const event = { ...fields, channel: printable(name) };
  if (failure) {
    const why = { code: failure.code, error: failure.message };
    if (rows === 0) logger.warn('channel not written', { ...event, ...why });
    else logger.warn('channel written in part', { ...event, rows, ...why });
    return;
  }
  if (problems.length > 0) {
    logger.warn('channel has problems', {
      ...event,
      problems: problems.map(problemText).join('; '),
    });
  }
  if (short) logger.warn('channel is short', { ...event, ...shortFields(channel) });
}

function shortFields({ rows, first_pulse_id, last_pulse_id, missing_pulses }: ChannelReport) {
  return { rows, first_pulse_id, last_pulse_id, missing_pulses };
}

/** As it is where that can do no harm to a terminal, else escaped. */
function printable(name: string): string {
  return /^[\x21-\x7e]{1,80}$/.test(name) ? name : displayName(name);
}

function isRemarkable({ failure, problems, short }: ChannelReport): boolean {
  return failure !== undefined || problems.length > 0 || short === true;
}
