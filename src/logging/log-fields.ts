interface FieldKinds {
  readonly text: string;
  readonly number: number;
  readonly switch: boolean;
  /** An error, or anything else that was thrown; the line has its text. */
  readonly thrown: unknown;
}

/** Kind and meaning of one field. */
type FieldDescription = readonly [kind: keyof FieldKinds, meaning: string];

/** Fields that every line has. */
export const LINE_FIELDS = {
  level: ['text', 'DEBUG, INFO, WARNING, ERROR or CRITICAL'],
  time: ['text', 'UTC, ISO 8601'],
  logger: ['text', 'part of the program: Broker, Writer, Transport, Service, Simulator, Viewer'],
  msg: ['text', 'what happened, always in the same words'],
} as const satisfies Record<string, FieldDescription>;

/**
 * The vocabulary of the log: fields that a line may have besides time, level, part and message. The same for
 * broker, writer and simulator; a unit stands at the end of the name, bytes and counts have none.
 */
export const LOG_FIELDS = {
  request_id: [
    'text',
    'of the write request; of an acquisition under way, the id that its request will have',
  ],
  replay_of: ['text', 'id of the request that this one acquires again'],
  replaced_request: [
    'text',
    'of the file that was replaced: id or time of its request, or unknown',
  ],
  attempt: ['number', 'how often the broker has sent the request, from 1'],
  tries: ['number', 'how often the writer has started on it'],
  output_file: ['text', 'file that is asked for'],
  error_file: ['text', 'where a request was left whose file could not be written'],
  no_error_file: ['text', 'why no error file could be left for the request'],
  start_pulse_id: ['number', 'first pulse'],
  stop_pulse_id: ['number', 'last pulse, which belongs to it'],
  pgroup: ['text', 'whose run it is'],
  run_number: ['number', 'of the run, within its pgroup'],
  acquisition_number: ['number', 'of the acquisition, within its run'],
  status: ['text', 'of the acquisition: stopped, configured, receiving'],
  previous_state: ['text', 'state that the request had before'],
  abandoned_request_id: ['text', 'id of an acquisition that was abandoned while receiving'],
  abandoned_output_file: ['text', 'of parameters that were replaced while receiving'],
  abandoned_start_pulse_id: ['number', 'of a start that was replaced while receiving'],
  code: ['text', 'stable word for what went wrong'],
  error: ['thrown', 'what went wrong, with its causes'],
  stack: ['text', 'where in the code an unexpected error was thrown'],
  reason: ['text', 'why it was done or refused'],
  remedy: ['text', 'what to do about it'],
  place: ['text', 'data source or folder where something fails'],
  next_attempt: ['number', 'when it is tried again at the latest, seconds since the epoch'],
  deaths: ['number', 'how often writers died while they wrote the request'],
  stall_after_s: ['number', 'time without progress after which a job counts as stuck'],
  timeout_s: ['number', 'how long a queue waits for a request to be acknowledged'],
  retry_in_s: ['number', 'time until the next try'],
  channel: ['text', 'name of a channel'],
  problems: ['text', 'what is wrong with some of its data, with counts'],
  channels: ['number', 'channels of a request, a query, a list'],
  channels_added: ['number', 'channels that the list did not have before'],
  channels_removed: ['number', 'channels that the list had before'],
  channels_kept: ['number', 'channels of the list that stays in force'],
  channels_asked: ['number', 'distinct channels that a request asks for'],
  channels_written: ['number', 'those of them that are in the file'],
  channels_missing: ['number', 'those of them that are not in the reply'],
  channels_failed: ['number', 'those of them that could not be stored'],
  channels_with_problems: ['number', 'written, with something wrong in some of their points'],
  channels_short: ['number', 'written, with points missing at an end of the asked range'],
  first_pulse_id: ['number', 'of the first row of a channel'],
  last_pulse_id: ['number', 'of the last row of a channel'],
  missing_pulses: ['number', 'rows that a channel lacks at its own rate'],
  channels_not_logged: ['number', 'further ones, beyond the lines that a request may have'],
  channels_not_requested: ['number', 'channels that came without being asked for'],
  rows: ['number', 'rows written, all channels together'],
  bytes: ['number', 'of the reply, or of a message'],
  file_bytes: ['number', 'size of the file that was written'],
  duration_s: ['number', 'how long it took'],
  mb_per_s: ['number', 'MB of the reply a second'],
  requests: ['number', 'how many write requests'],
  requests_under_way: ['number', 'those of them that a writer may have'],
  writers: ['number', 'how many writers'],
  requests_withheld: ['number', 'those of them that are not sent until a start with --recover_all'],
  writer_id: ['text', 'id of a writer, for as long as it runs'],
  version: ['text', 'of the program'],
  host: ['text', 'name of a machine'],
  pid: ['number', 'process id'],
  concurrency: ['number', 'requests that the writer carries out at once'],
  report_kind: ['text', 'hello, heartbeat, progress, outcome, returned, goodbye'],
  grace_s: ['number', 'how long what is under way may still take'],
  file: ['text', 'a file other than an output file: channel list, outcomes, temporary file'],
  offset: ['number', 'first byte of what is damaged, in the file as unpacked'],
  kept_as: ['text', 'new name of a damaged file, or where a damaged part of one is kept'],
  lines: ['number', 'of a file, that wait to be written'],
  line: ['text', 'as it stands in a trail; what a library printed'],
  frames: ['number', 'of a ZMQ message'],
  pattern: ['text', 'kind of a ZMQ message'],
  rejected_total: ['number', 'messages that could not be read, since the start'],
  method: ['text', 'of an HTTP call'],
  path: ['text', 'of an HTTP call, 200 characters of it at most'],
  http_status: ['number', 'of the answer'],
  peer: ['text', 'address of the caller, or of the peer that connected'],
  key_owner: ['text', 'name of the key file that let a peer in'],
  public_key: ['text', 'CURVE key of a peer that is not known'],
  limit: ['number', 'limit that was reached'],
  not_logged_before: ['number', 'lines of this kind that were held back before it'],
  address: ['text', 'ZMQ address that is bound or connected to'],
  trail_id: ['text', 'of the audit trail that a request is recorded in'],
  exchange: ['text', 'RabbitMQ exchange of the facility: of its listeners, or of those who write'],
  routing_key: ['text', 'of a request that others carry out, as epics_alvra or detector.retrieve'],
  url: ['text', 'HTTP address; user and password are left out'],
  docs_url: ['text', 'where Swagger UI is'],
  metrics_url: ['text', 'where a writer serves its metrics'],
  stream_address: ['text', 'setting'],
  report_address: ['text', 'setting'],
  rabbitmq_url: ['text', 'setting, one or several; users and passwords are left out'],
  rabbitmq_prefix: ['text', 'setting'],
  data_api_url: ['text', 'setting; user and password are left out'],
  audit_file: ['text', 'setting'],
  audit_trail_only: ['switch', 'setting'],
  restart_needed_for: ['text', 'settings that have changed and are read only at the start'],
  log_lines_lost: ['number', 'log lines that could not be written before this one'],
  log_level: ['text', 'least severe level that is logged from now on'],
  fault: ['text', 'fault that the simulator was asked for'],
} as const satisfies Record<string, FieldDescription>;

/** Fields of an event; undefined ones are left out. */
export type LogFields = {
  readonly [Name in keyof typeof LOG_FIELDS]?: FieldKinds[(typeof LOG_FIELDS)[Name][0]];
};
