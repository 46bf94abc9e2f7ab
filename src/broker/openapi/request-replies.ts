import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { HistoryEntry, RequestHead, RequestRecord } from '../../report/request-record.js';
import type { WriteReport } from '../../report/write-report.js';
import { BODY_DIGEST, StatusReply } from './replies.js';
import {
  REQUEST_STATES,
  type RequestState,
  WAIT_REASONS,
  type WaitReason,
} from '../../report/request-state.js';

const SECONDS = 'seconds since the epoch';

export class FailureReply {
  @ApiProperty({ type: String, description: 'Stable word, e.g. disk_full.' })
  readonly code!: string;

  @ApiProperty({ type: String })
  readonly message!: string;
}

/** One change of a request's state. */
export class HistoryReply implements HistoryEntry {
  @ApiProperty({ type: Number, description: `When, ${SECONDS}.` })
  readonly time!: number;

  @ApiProperty({ enum: REQUEST_STATES })
  readonly state!: RequestState;

  @ApiProperty({ type: 'integer', description: 'How often it had been sent.' })
  readonly attempt!: number;

  @ApiProperty({ type: String, required: false, description: 'The writer that said so.' })
  readonly writer_id?: string;

  @ApiProperty({ type: FailureReply, required: false })
  readonly failure?: FailureReply;
}

/** Where a request stands. */
export class RequestReply implements RequestHead {
  @ApiProperty({ type: String })
  readonly request_id!: string;

  @ApiProperty({
    enum: REQUEST_STATES,
    description:
      'queued: waits to be sent; sent: handed over; received, retrieving, writing: named by a ' +
      'writer; returned: given back, waits to be sent again. Settled: written; failed; superseded ' +
      'by a newer request for the file; skipped, no file was wanted; unconfirmed, handed to a ' +
      'writer that does not report; recorded only.',
  })
  readonly state!: RequestState;

  @ApiProperty({ type: Number, description: `When it came into this state, ${SECONDS}.` })
  readonly time!: number;

  @ApiProperty({ type: Number, description: `When it was made, ${SECONDS}.` })
  readonly accepted!: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Its place in the audit trail; higher than that of all recorded before.',
  })
  readonly sequence?: number;

  @ApiProperty({ type: 'integer', description: 'How often it has been sent.' })
  readonly attempt!: number;

  @ApiProperty({ type: String, required: false })
  readonly output_file?: string;

  @ApiProperty({ type: 'integer', required: false })
  readonly start_pulse_id?: number;

  @ApiProperty({ type: 'integer', required: false })
  readonly stop_pulse_id?: number;

  @ApiProperty({ type: String, required: false, description: 'The request acquired again.' })
  readonly replay_of?: string;

  @ApiProperty(BODY_DIGEST)
  readonly body_digest?: string;

  @ApiProperty({
    type: String,
    required: false,
    enum: ['outcomes_lost'],
    description: 'Why it is `recorded` though it was to be sent, until a start with --recover_all.',
  })
  readonly withheld?: string;

  @ApiProperty({ type: String, required: false })
  readonly writer_id?: string;

  @ApiProperty({
    enum: WAIT_REASONS,
    required: false,
    description:
      'Why a request that was sent, and that no writer names, does not go out again yet. ' +
      'silent_writer: a connected writer that never said hello may have it; growing_wait: it was ' +
      'sent in vain before, and each wait is longer than the last, up to ten leases.',
  })
  readonly waits_for?: WaitReason;

  @ApiProperty({ type: FailureReply, required: false })
  readonly failure?: FailureReply;

  @ApiProperty({ type: 'integer', required: false, description: 'Bytes of the data so far.' })
  readonly bytes?: number;

  @ApiProperty({ type: 'integer', required: false, description: 'Rows so far, of all channels.' })
  readonly rows?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Channels asked for; these counts are there when a writer has reported.',
  })
  readonly channels_asked?: number;

  @ApiProperty({ type: 'integer', required: false, description: 'Of those: in the file.' })
  readonly channels_written?: number;

  @ApiProperty({ type: 'integer', required: false, description: 'Of those: not in the reply.' })
  readonly channels_missing?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Of those: they could not be stored.',
  })
  readonly channels_failed?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Written, with something wrong in some of their points.',
  })
  readonly channels_with_problems?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Written, with points missing at an end of the asked range.',
  })
  readonly channels_short?: number;
}

/** Everything that is known of a request. */
export class RequestRecordReply extends RequestReply implements RequestRecord {
  @ApiProperty({ type: [HistoryReply], description: 'Oldest first.' })
  readonly history!: HistoryReply[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What the writer reported in the end, channel by channel.',
  })
  readonly report?: WriteReport;
}

export class RequestsReply extends StatusReply {
  @ApiProperty({ type: [RequestReply], description: 'Newest first.' })
  readonly requests!: RequestReply[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What to give as `before` for the next page; null on the last one.',
  })
  readonly next!: string | null;
}

export class OneRequestReply extends StatusReply {
  @ApiProperty({ type: RequestRecordReply })
  readonly request!: RequestRecordReply;
}

export class SubmittedReply extends StatusReply {
  @ApiProperty({ type: String, description: 'The id under which it was recorded.' })
  readonly request_id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The request that it acquires again.' })
  readonly replay_of!: string | null;
}
