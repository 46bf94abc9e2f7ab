import { Controller, Get, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { EventLog } from '../../../logging/event-log.js';
import { pgroupProblem } from '../../../runs/names.js';
import { ClientForm } from '../../http/client-form.js';
import { CsrfGuard } from '../../http/csrf.guard.js';
import { OptionalJsonBody } from '../../http/json-body.js';
import { NOT_JSON, TOO_MANY_CALLS } from '../../http/refusals.js';
import { ApiCall, ApiGroup } from '../../openapi/api-call.js';
import { checkedBody } from '../call-fields.js';
import { Pgroups } from '../pgroups.js';
import { PGROUP_REFUSALS } from '../refusals.js';
import { PgroupRequest } from './pgroup-request.js';
import type { ClosedReply, RunNumberReply } from './replies.js';

const CALL = {
  body: { schema: 'PgroupRequest' },
  ok: { schema: 'RunNumberReply' },
  refusals: [...PGROUP_REFUSALS, ...NOT_JSON, TOO_MANY_CALLS],
} as const;

/** Numbers of runs, and closing a pgroup. */
@Controller()
@ApiGroup('runs')
@ClientForm()
@UseGuards(CsrfGuard)
export class NumbersController {
  private readonly logger = new EventLog('Broker');

  constructor(private readonly pgroups: Pgroups) {}

  @Post('advance_run_number')
  @ApiCall({
    ...CALL,
    summary: 'Take the next run number of a pgroup',
    description:
      'Each call takes one, and none is given twice, also where several brokers give them.',
  })
  advanceRunNumber(@Req() request: Request, @OptionalJsonBody() body: unknown) {
    return this.nextNumber(request, body);
  }

  @Get('get_next_run_number')
  @ApiCall({ ...CALL, summary: 'The same, under the name of 2022: it takes a number' })
  getNextRunNumber(@Req() request: Request, @OptionalJsonBody() body: unknown) {
    return this.nextNumber(request, body);
  }

  @Get('get_current_run_number')
  @ApiCall({ ...CALL, summary: 'The run number of a pgroup that was taken last; 0 before any' })
  getCurrentRunNumber(@Req() request: Request, @OptionalJsonBody() body: unknown) {
    return this.lastNumber(request, body);
  }

  @Get('get_last_run_number')
  @ApiCall({ ...CALL, summary: 'The same, under the name of 2022' })
  getLastRunNumber(@Req() request: Request, @OptionalJsonBody() body: unknown) {
    return this.lastNumber(request, body);
  }

  @Post('close_pgroup_writing')
  @ApiCall({
    ...CALL,
    ok: { description: 'Closed, and on disk.', schema: 'ClosedReply' },
    summary: 'Close a pgroup for good',
    description: 'No run of it is acquired any more; what was accepted before is still written.',
  })
  async closePgroupWriting(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
  ): Promise<Omit<ClosedReply, 'status'>> {
    const { pgroup, book } = this.bookOf(request, body);
    await book.close();
    // By whom, as nothing opens it again.
    this.logger.log('pgroup closed', { pgroup, peer: this.pgroups.addressOf(request) });
    return { message: `${pgroup} is closed for writing` };
  }

  private async nextNumber(request: Request, body: unknown) {
    const { pgroup, book } = this.bookOf(request, body);
    const number = await book.advance();
    this.logger.log('run number taken', { pgroup, run_number: number });
    return replyOf(number);
  }

  private async lastNumber(request: Request, body: unknown) {
    return replyOf(await this.bookOf(request, body).book.current());
  }

  private bookOf(request: Request, body: unknown) {
    const { pgroup } = checkedBody(body, PgroupRequest, (call) => {
      const problem = pgroupProblem(call.pgroup);
      return problem === undefined ? [] : [{ field: 'pgroup', problem }];
    });
    return { pgroup, book: this.pgroups.bookOf(this.pgroups.beamlineOf(request), pgroup) };
  }
}

function replyOf(number: number): Omit<RunNumberReply, 'status'> {
  return { message: String(number), run_number: number };
}
