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
import type { AcquisitionStatus } from '../acquisition/acquisition.js';
import {
  type AcquisitionProposal,
  AcquisitionService,
} from '../acquisition/acquisition.service.js';
import { DispatchInterceptor } from '../acquisition/dispatch.interceptor.js';
import { TrailLineBody } from '../http/json-body.js';
import { CsrfGuard } from '../http/csrf.guard.js';
import { Ledger } from '../ledger/ledger.js';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import { OneAtATimeInterceptor } from '../acquisition/one-at-a-time.interceptor.js';
import { ReplyInterceptor } from '../http/reply.interceptor.js';
import { RequestsQuery, SubmissionQuery, queryPipe } from './query.js';
import { InvalidQuery, UnknownRequest } from './errors.js';
import { TakenUpInterceptor } from '../outbox/taken-up.interceptor.js';
import { Submissions } from './submissions.js';

const USUAL_PAGE_SIZE = 100;

/** What became of write requests, and acquiring again. */
@Controller('requests')
export class RequestsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly submissions: Submissions,
    private readonly acquisition: AcquisitionService,
  ) {}

  @Get()
  @UseInterceptors(TakenUpInterceptor, ReplyInterceptor)
  async list(@Query(queryPipe(RequestsQuery)) query: RequestsQuery): Promise<{
    status: AcquisitionStatus;
    requests: RequestHead[];
    next: string | null;
  }> {
    const { limit = USUAL_PAGE_SIZE, before, state, output_file, ...filter } = query;
    const asked = { ...filter, states: state, outputFile: output_file };
    const page = await this.ledger.list(asked, limit, before);
    if (!page) {
      const problem = 'is not a known request: start again without it';
      throw new InvalidQuery([{ field: 'before', problem }]);
    }
    const { heads, more } = page;
    const next = more ? heads.at(-1)!.request_id : null;
    return { status: this.acquisition.status, requests: heads, next };
  }

  @Get(':request_id')
  @UseInterceptors(TakenUpInterceptor, ReplyInterceptor)
  async request(
    @Param('request_id') id: string,
  ): Promise<{ status: AcquisitionStatus; request: RequestRecord }> {
    const request = await this.ledger.record(id);
    if (!request) throw new UnknownRequest(id);
    return { status: this.acquisition.status, request };
  }

  /** Only proposes: on the way back it is recorded, answered, and then sent. */
  @Post()
  @HttpCode(200)
  @UseGuards(CsrfGuard)
  @UseInterceptors(
    TakenUpInterceptor,
    OneAtATimeInterceptor,
    ReplyInterceptor,
    DispatchInterceptor,
    AuditInterceptor,
  )
  submit(
    @TrailLineBody() body: unknown,
    @Query(queryPipe(SubmissionQuery)) { force = false }: SubmissionQuery,
    @Headers('idempotency-key') key?: string,
  ): Promise<AcquisitionProposal> {
    return this.submissions.propose(body, key, force);
  }
}
