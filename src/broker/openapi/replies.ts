import { ApiProperty } from '@nestjs/swagger';
import { LOG_LEVELS, type LogLevel } from '../../config/common-settings.js';
import { AcquisitionParameters } from '../../request/acquisition-parameters.js';
import type { WriteRequest } from '../../request/write-request.js';
import { type AcquisitionStatus, STATUS_WORDS } from '../acquisition/acquisition.js';
import type { ErrorBody } from '../../http/error-body.js';
import { ChannelListState } from './channel-list-state.js';
import { WriterStatistics } from './writer-statistics.js';

export const BODY_DIGEST = {
  type: String,
  required: false,
  description: 'Of a submitted request: the SHA-256 of what was submitted, in base64.',
};
const TIME = { type: String, pattern: String.raw`^\d{8}-\d{6}$` };

/** Where the broker stands. */
export class StatusReply {
  @ApiProperty({ enum: ['ok'] })
  readonly state!: 'ok';

  @ApiProperty({
    enum: STATUS_WORDS,
    description:
      'stopped: no parameters; configured: parameters, but no start; receiving: parameters and start',
  })
  readonly status!: AcquisitionStatus;
}

export class ParametersReply extends StatusReply {
  @ApiProperty({
    type: AcquisitionParameters,
    description: 'As they were posted, unknown keys included.',
  })
  readonly parameters!: AcquisitionParameters;
}

/** A write request as it stands in the audit trail. */
export class RecordedRequest implements WriteRequest {
  @ApiProperty({ type: String, description: 'What the data API is asked, as JSON text.' })
  readonly data_api_request!: string;

  @ApiProperty({ type: String, description: "The acquisition's parameters, as JSON text." })
  readonly parameters!: string;

  @ApiProperty({ type: Number, description: 'When it was made, seconds since the epoch.' })
  readonly timestamp!: number;

  @ApiProperty({ type: String })
  readonly request_id?: string;

  @ApiProperty({
    type: Boolean,
    required: false,
    description: 'False where it is only recorded, not sent.',
  })
  readonly dispatch?: boolean;

  @ApiProperty({
    type: String,
    required: false,
    description: 'The request acquired again: the first one where that was acquired again before.',
  })
  readonly replay_of?: string;

  @ApiProperty({ type: Number, required: false, description: 'When that was made, s since 1970.' })
  readonly replay_of_timestamp?: number;

  @ApiProperty({
    type: Boolean,
    required: false,
    description: 'True where a file may be replaced by one with fewer rows.',
  })
  readonly force?: boolean;

  @ApiProperty(BODY_DIGEST)
  readonly body_digest?: string;
}

/** Counts since the broker started. */
export class BrokerStatistics {
  @ApiProperty({ type: 'integer', description: 'Acquisitions, however many requests each became.' })
  readonly n_processed_requests!: number;

  @ApiProperty({ ...TIME, description: 'Local time, YYYYMMDD-HHMMSS.' })
  readonly process_startup_time!: string;

  @ApiProperty({ type: RecordedRequest, nullable: true })
  readonly last_sent_write_request!: WriteRequest | null;

  @ApiProperty({ ...TIME, nullable: true })
  readonly last_sent_write_request_time!: string | null;

  @ApiProperty({ type: 'integer', description: 'Write requests in the audit trail.' })
  readonly requests_recorded!: number;

  @ApiProperty({ type: 'integer', description: 'Recorded, and waiting for a writer.' })
  readonly requests_queued!: number;

  @ApiProperty({ type: 'integer', description: 'Handed over for a writer, and not settled.' })
  readonly requests_under_way!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Of those under way: named by no writer, and waiting to go out again.',
  })
  readonly requests_unnamed!: number;

  @ApiProperty({ type: 'integer', description: 'Handed over for a writer, repeats included.' })
  readonly requests_sent!: number;

  @ApiProperty({ type: 'integer', description: 'Attempts to hand over that failed.' })
  readonly send_failures!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Notes of states that the disk has not taken; they are tried again each second.',
  })
  readonly outcomes_waiting!: number;

  @ApiProperty({ type: 'integer', description: 'Connections to the output port.' })
  readonly writers_connected!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Connections of writers that were refused for their address or their key.',
  })
  readonly peers_refused!: number;

  @ApiProperty({ type: [WriterStatistics], description: 'The writers that report.' })
  readonly writers!: WriterStatistics[];

  @ApiProperty({ type: 'integer' })
  readonly epics_notifications_sent!: number;

  @ApiProperty({ type: 'integer' })
  readonly epics_notifications_failed!: number;

  @ApiProperty({ type: 'integer', description: 'Calls answered with an error.' })
  readonly calls_failed!: number;

  @ApiProperty({
    type: ChannelListState,
    nullable: true,
    description: 'Null where no channel list is configured.',
  })
  readonly channel_list!: ChannelListState | null;

  @ApiProperty({ type: String })
  readonly audit_file!: string;

  @ApiProperty({ type: Boolean, description: 'Whether requests are recorded only, and not sent.' })
  readonly audit_trail_only!: boolean;
}

export class StatisticsReply extends StatusReply {
  @ApiProperty({ type: BrokerStatistics })
  readonly statistics!: BrokerStatistics;
}

export class LogLevelReply extends StatusReply {
  @ApiProperty({ enum: LOG_LEVELS, description: 'Least severe level that is logged.' })
  readonly log_level!: LogLevel;
}

/** What any call answers when it fails. */
export class ErrorReply implements ErrorBody {
  @ApiProperty({ enum: ['error'] })
  readonly state!: 'error';

  @ApiProperty({ type: String, description: 'What is wrong, and what to do.' })
  readonly status!: string;

  @ApiProperty({ type: String, description: 'The same as status.' })
  readonly message!: string;
}
