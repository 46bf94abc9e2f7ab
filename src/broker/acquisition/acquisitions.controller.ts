import {
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { AuditInterceptor } from '../../audit/audit.interceptor.js';
import { InvalidParameters } from '../../request/errors.js';
import { CsrfGuard } from '../http/csrf.guard.js';
import { InvalidQuery } from '../http/http-errors.js';
import { JsonBody } from '../http/json-body.js';
import {
  PageSize,
  Parameter,
  USUAL_PAGE_SIZE,
  parametersOf,
  queryPipe,
  statesOf,
} from '../http/query.js';
import { NOT_JSON, TOO_MANY_CALLS } from '../http/refusals.js';
import { type Reply, ReplyInterceptor } from '../http/reply.interceptor.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { RecoveredInterceptor } from '../outbox/recovered.interceptor.js';
import { KEPT } from './abandoned-file.js';
import { AbandonedAcquisitions } from './abandoned-acquisitions.js';
import { type AcquisitionProposal, AcquisitionService } from './acquisition.service.js';
import { DispatchInterceptor } from './dispatch.interceptor.js';
import {
  AcquisitionCompleted,
  AcquisitionUnderWay,
  InvalidCompletion,
  KeyUsedAlready,
  NoChannelList,
  UnknownAcquisition,
} from './errors.js';
import { PAST_EXAMPLES } from './examples.js';
import { idempotencyKey } from './idempotency-key.js';
import { OneAtATimeInterceptor } from './one-at-a-time.interceptor.js';
import { PastAcquisitions } from './past-acquisitions.js';
import { BAD_OUTPUT_FILE, NOT_RECORDED } from './refusals.js';
import {
  ACQUISITION_STATES,
  type AcquisitionReply,
  type AcquisitionState,
  type AcquisitionsReply,
} from './replies.js';
import { REQUEST_HEADERS } from './request-headers.js';

const ID = '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e';
const PARAMETERS = [{ name: 'id', in: 'path', example: ID, schema: { type: 'string' } }] as const;

class AcquisitionsQuery {
  @Parameter(`One or several with commas: ${ACQUISITION_STATES.join(', ')}.`, undefined, (text) =>
    statesOf(ACQUISITION_STATES, text),
  )
  state?: ReadonlySet<AcquisitionState>;

  @PageSize('How many at most.')
  limit?: number;
}

/** Acquisitions that never got their stop and the stop that comes late, and pulses that are past. */
@Controller('acquisitions')
@ApiGroup('acquisition')
export class AcquisitionsController {
  constructor(
    private readonly abandoned: AbandonedAcquisitions,
    private readonly past: PastAcquisitions,
    private readonly acquisition: AcquisitionService,
  ) {}

  @Get()
  @UseInterceptors(RecoveredInterceptor, ReplyInterceptor)
  @ApiCall({
    summary: 'Acquisitions without their stop, newest first',
    description:
      `The last ${KEPT} that were given up with GET /stop, or whose parameters were replaced, after ` +
      'their start had come.',
    parameters: parametersOf(AcquisitionsQuery),
    ok: { schema: 'AcquisitionsReply' },
    refusals: [new InvalidQuery([{ field: 'limit', problem: 'must be 1 to 1000' }])],
  })
  listAcquisitions(
    @Query(queryPipe(AcquisitionsQuery)) query: AcquisitionsQuery,
  ): Reply<AcquisitionsReply> {
    const { state = new Set(ACQUISITION_STATES), limit = USUAL_PAGE_SIZE } = query;
    const { status } = this.acquisition;
    return { status, acquisitions: this.abandoned.list(state, limit) };
  }

  /** Only proposes: on the way back it is recorded, answered, and then sent. */
  @Post()
  @HttpCode(200)
  @UseGuards(CsrfGuard)
  @UseInterceptors(
    RecoveredInterceptor,
    OneAtATimeInterceptor,
    ReplyInterceptor,
    DispatchInterceptor,
    AuditInterceptor,
  )
  @ApiCall({
    summary: 'Acquire pulses that are past',
    description:
      'Parameters, first and last pulse in one call. The acquisition under way is left alone. The data ' +
      'must still be in the data buffer. The EPICS writer is told as of any acquisition. A caller that ' +
      'lost the answer asks again with the same Idempotency-Key, and nothing is recorded twice.',
    parameters: [idempotencyKey('What the caller knows this acquisition by, e.g. a UUID')],
    body: { schema: 'PastAcquisition', examples: PAST_EXAMPLES },
    ok: { description: 'Recorded.', headers: REQUEST_HEADERS, schema: 'CompletionReply' },
    refusals: [
      new InvalidParameters([{ field: 'stop_pulse_id', problem: 'is missing: give a pulse id' }]),
      ...BAD_OUTPUT_FILE,
      ...NOT_JSON,
      new KeyUsedAlready(ID, ID),
      new NoChannelList('/etc/sf_databuffer/channels', "can't be read: it does not exist"),
      NOT_RECORDED,
      TOO_MANY_CALLS,
    ],
  })
  acquirePast(
    @JsonBody() body: unknown,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<AcquisitionProposal> {
    return this.past.propose(body, key);
  }

  @Get(':id')
  @UseInterceptors(RecoveredInterceptor, ReplyInterceptor)
  @ApiCall({
    summary: 'One of them, with its parameters and channels',
    parameters: PARAMETERS,
    ok: { schema: 'AcquisitionReply' },
    refusals: [new UnknownAcquisition('x', KEPT)],
  })
  async getAcquisition(@Param('id') id: string): Promise<Reply<AcquisitionReply>> {
    const acquisition = await this.abandoned.record(id);
    return { status: this.acquisition.status, acquisition };
  }

  /** Only proposes: on the way back it is recorded, answered, and then sent. */
  @Post(':id/complete')
  @HttpCode(200)
  @UseGuards(CsrfGuard)
  @UseInterceptors(
    RecoveredInterceptor,
    OneAtATimeInterceptor,
    ReplyInterceptor,
    DispatchInterceptor,
    AuditInterceptor,
  )
  @ApiCall({
    summary: 'The stop that it lacks: it becomes write requests',
    description:
      'As a stop does; the data has to be in the data buffer still. A file that was written under its ' +
      'name since is replaced.',
    parameters: PARAMETERS,
    body: { schema: 'Completion' },
    ok: { description: 'Recorded.', headers: REQUEST_HEADERS, schema: 'CompletionReply' },
    refusals: [
      new InvalidCompletion([
        { field: 'stop_pulse_id', problem: 'is lower than start pulse id 1000: give 1000 or more' },
      ]),
      ...NOT_JSON,
      new UnknownAcquisition('x', KEPT),
      new AcquisitionCompleted(ID),
      new AcquisitionUnderWay(ID),
      NOT_RECORDED,
      TOO_MANY_CALLS,
    ],
  })
  completeAcquisition(
    @Param('id') id: string,
    @JsonBody() body: unknown,
  ): Promise<AcquisitionProposal> {
    return this.abandoned.complete(id, body);
  }
}
