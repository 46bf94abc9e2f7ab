import {
  Controller,
  Delete,
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
import { InvalidWriteRequest } from '../../request/errors.js';
import {
  type AcquisitionProposal,
  AcquisitionService,
} from '../acquisition/acquisition.service.js';
import { KeyUsedAlready } from '../acquisition/errors.js';
import { idempotencyKey } from '../acquisition/idempotency-key.js';
import { BAD_OUTPUT_FILE, NOT_RECORDED } from '../acquisition/refusals.js';
import { DispatchInterceptor } from '../acquisition/dispatch.interceptor.js';
import { TrailLineBody } from '../http/json-body.js';
import { CsrfGuard } from '../http/csrf.guard.js';
import { InvalidQuery } from '../http/http-errors.js';
import { USUAL_PAGE_SIZE, parametersOf, queryPipe } from '../http/query.js';
import { NOT_JSON, TOO_MANY_CALLS } from '../http/refusals.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { Ledger } from '../ledger/ledger.js';
import { OutcomeNotSaved } from '../ledger/errors.js';
import { OneAtATimeInterceptor } from '../acquisition/one-at-a-time.interceptor.js';
import { REQUEST_HEADERS } from '../acquisition/request-headers.js';
import { type Reply, ReplyInterceptor } from '../http/reply.interceptor.js';
import { RequestsQuery, SubmissionQuery } from './query.js';
import { LineNotFound, RequestSettled, RequestUnderWay, UnknownRequest } from './errors.js';
import type { LineReply, RequestReply, RequestsReply } from './replies.js';
import { RecoveredInterceptor } from '../outbox/recovered.interceptor.js';
import { Cancellations } from './cancellations.js';
import { CANCELLED } from './examples.js';
import { Submissions } from './submissions.js';

const ID = '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e';

/** Outcomes of write requests, and acquiring again. */
@Controller('requests')
@ApiGroup('requests')
export class RequestsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly submissions: Submissions,
    private readonly cancellations: Cancellations,
    private readonly acquisition: AcquisitionService,
  ) {}

  @Get()
  @UseInterceptors(RecoveredInterceptor, ReplyInterceptor)
  @ApiCall({
    summary: 'Write requests, newest first',
    description: 'Of this broker and those before it on its trail: the last 100,000.',
    parameters: parametersOf(RequestsQuery),
    ok: { schema: 'RequestsReply' },
    refusals: [new InvalidQuery([{ field: 'limit', problem: 'must be 1 to 1000' }])],
  })
  async listRequests(
    @Query(queryPipe(RequestsQuery)) query: RequestsQuery,
  ): Promise<Reply<RequestsReply>> {
    const {
      limit = USUAL_PAGE_SIZE,
      before,
      from,
      skip,
      total,
      state,
      output_file,
      ...filter
    } = query;
    if (before !== undefined && from !== undefined) {
      throw new InvalidQuery([
        { field: 'from', problem: 'and before are given: give one of them' },
      ]);
    }
    const asked = { ...filter, states: state, outputFile: output_file };
    const part = { limit, before, from, skip, counted: total };
    const page = await this.ledger.lookup.list(asked, part);
    if (!page) {
      const field = before === undefined ? 'from' : 'before';
      throw new InvalidQuery([
        { field, problem: 'is not a known request: start again without it' },
      ]);
    }
    const { heads, more, found } = page;
    const next = more ? (heads.at(-1)?.request_id ?? null) : null;
    const { status } = this.acquisition;
    return { status, requests: heads, next, ...(total && { total: found }) };
  }

  @Get(':request_id')
  @UseInterceptors(RecoveredInterceptor, ReplyInterceptor)
  @ApiCall({
    summary: 'The whole history of a request',
    parameters: [{ name: 'request_id', in: 'path', example: ID, schema: { type: 'string' } }],
    ok: { schema: 'RequestReply' },
    refusals: [new UnknownRequest('x')],
  })
  async getRequest(@Param('request_id') id: string): Promise<Reply<RequestReply>> {
    const request = await this.ledger.lookup.record(id);
    if (!request) throw new UnknownRequest(id);
    return { status: this.acquisition.status, request };
  }

  @Get(':request_id/line')
  @UseInterceptors(RecoveredInterceptor, ReplyInterceptor)
  @ApiCall({
    summary: 'A request as it was recorded',
    description: 'Of the audit trail; POST /requests takes it to acquire the same again.',
    parameters: [{ name: 'request_id', in: 'path', example: ID, schema: { type: 'string' } }],
    ok: { schema: 'LineReply' },
    refusals: [new UnknownRequest('x'), new LineNotFound(ID)],
  })
  async getLine(@Param('request_id') id: string): Promise<Reply<LineReply>> {
    const entry = this.ledger.get(id);
    if (!entry) throw new UnknownRequest(id);
    const { texts } = this.ledger;
    const line = texts.read(entry) ?? (await texts.search(id));
    if (!line) throw new LineNotFound(id);
    return { status: this.acquisition.status, line };
  }

  @Delete(':request_id')
  @UseGuards(CsrfGuard)
  @UseInterceptors(RecoveredInterceptor, ReplyInterceptor)
  @ApiCall({
    summary: 'Cancel a request that waits or heals',
    description:
      'It is never sent, through restarts too, and ends as recorded with cancelled true. No .err file ' +
      'is made; one that an earlier failure left stays.',
    parameters: [{ name: 'request_id', in: 'path', example: ID, schema: { type: 'string' } }],
    ok: { description: 'Cancelled, and on disk.', schema: 'RequestReply', example: CANCELLED },
    refusals: [
      new UnknownRequest('x'),
      new RequestUnderWay(ID, 'writing'),
      new RequestSettled(ID, 'written'),
      new OutcomeNotSaved('/var/log/sf_databuffer_audit.log.outcomes', { code: 'ENOSPC' }),
      TOO_MANY_CALLS,
    ],
  })
  async cancelRequest(@Param('request_id') id: string): Promise<Reply<RequestReply>> {
    const request = await this.cancellations.cancel(id);
    return { status: this.acquisition.status, request };
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
    summary: 'Acquire again',
    description:
      'Takes a write request as it stands in an audit trail or an .err file of any ' +
      'implementation: its JSON, or the whole line, also as text/plain. It is recorded as a new ' +
      'request, made now. A caller that lost the answer asks again with the same Idempotency-Key, and ' +
      'nothing is recorded twice. A file that is there and has more rows is kept, and the request ' +
      'fails with fewer_rows, unless force is true.',
    parameters: [
      ...parametersOf(SubmissionQuery),
      idempotencyKey('The id that the request gets, e.g. a UUID'),
    ],
    body: { schema: 'WriteRequest', isAlsoText: true },
    ok: { description: 'Recorded.', headers: REQUEST_HEADERS, schema: 'SubmittedReply' },
    refusals: [
      new InvalidWriteRequest([{ field: 'parameters', problem: 'is missing or not a text' }]),
      ...BAD_OUTPUT_FILE,
      ...NOT_JSON,
      new KeyUsedAlready(ID, ID),
      NOT_RECORDED,
      TOO_MANY_CALLS,
    ],
  })
  submitRequest(
    @TrailLineBody() body: unknown,
    @Query(queryPipe(SubmissionQuery)) asked: SubmissionQuery,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<AcquisitionProposal> {
    return this.submissions.propose(body, key, asked);
  }
}
