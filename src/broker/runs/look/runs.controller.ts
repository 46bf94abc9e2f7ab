import { Controller, Get, Param, Query, Res, UseInterceptors } from '@nestjs/common';
import type { Response } from 'express';
import { RunUnreadable } from '../../../runs/errors.js';
import { AcquisitionService } from '../../acquisition/acquisition.service.js';
import { InvalidQuery } from '../../http/http-errors.js';
import { parametersOf, queryPipe } from '../../http/query.js';
import { type Reply, ReplyInterceptor } from '../../http/reply.interceptor.js';
import { ApiCall, ApiGroup } from '../../openapi/api-call.js';
import { RecoveredInterceptor } from '../../outbox/recovered.interceptor.js';
import { PgroupUnreadable, TooManyWaiters, UnknownPgroup, UnknownRun } from './errors.js';
import { RunQuery, RunWaitQuery, RunsQuery, USUAL_WAIT } from './query.js';
import type { RunReply, RunWaitReply, RunsReply } from './replies.js';
import { MAX_WAITERS, RunWaits } from './run-waits.js';
import { RunsService } from './runs.service.js';

const RUN = [
  { name: 'pgroup', in: 'path', example: 'p12345', schema: { type: 'string' } },
  { name: 'run', in: 'path', example: 7, schema: { type: 'integer' } },
] as const;

const UNREADABLE = new PgroupUnreadable('p12345', {
  code: 'EACCES',
  path: '/sf/alvra/data/p12345/raw',
});

const REFUSALS = [
  new UnknownPgroup('p12345'),
  new UnknownRun('p12345', '7'),
  new InvalidQuery([
    { field: 'beamline', problem: 'is missing: pgroup p12345 has run 7 at alvra and bernina' },
  ]),
  new RunUnreadable('/sf/alvra/data/p12345/raw/run0007', 'it has no meta/acq0001.json'),
  UNREADABLE,
];

/** Runs of pgroups, as they are on disk, and what became of their files. */
@Controller('runs')
@ApiGroup('runs')
@UseInterceptors(RecoveredInterceptor, ReplyInterceptor)
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly waits: RunWaits,
    private readonly acquisition: AcquisitionService,
  ) {}

  @Get()
  @ApiCall({
    summary: 'Runs of a pgroup, newest first',
    description:
      'As they are on disk, whoever made them. Without pgroup: the pgroups that this broker has made ' +
      'runs for.',
    parameters: parametersOf(RunsQuery),
    ok: { schema: 'RunsReply' },
    refusals: [
      new UnknownPgroup('p12345'),
      new InvalidQuery([{ field: 'limit', problem: 'must be 1 to 1000' }]),
      UNREADABLE,
    ],
  })
  async listRuns(@Query(queryPipe(RunsQuery)) query: RunsQuery): Promise<Reply<RunsReply>> {
    return { status: this.acquisition.status, ...(await this.runs.list(query)) };
  }

  @Get(':pgroup/:run')
  @ApiCall({
    summary: 'A run with all its files',
    description:
      'Every acquisition with its files: their states, how much is in them, what is missing.',
    parameters: [...RUN, ...parametersOf(RunQuery)],
    ok: { schema: 'RunReply' },
    refusals: REFUSALS,
  })
  async getRun(
    @Param('pgroup') pgroup: string,
    @Param('run') run: string,
    @Query(queryPipe(RunQuery)) { beamline }: RunQuery,
  ): Promise<Reply<RunReply>> {
    return { status: this.acquisition.status, run: await this.runs.run(pgroup, run, beamline) };
  }

  @Get(':pgroup/:run/wait')
  @ApiCall({
    summary: 'Wait until all files of a run are settled',
    description:
      'Answers as soon as nothing more becomes of its files, with settled true; else when the time is up, ' +
      'with settled false: then ask again. A file that failed and is tried again by itself is waited for; ' +
      'files that others write are not.',
    parameters: [...RUN, ...parametersOf(RunWaitQuery)],
    ok: { schema: 'RunWaitReply' },
    refusals: [...REFUSALS, new TooManyWaiters(MAX_WAITERS)],
  })
  async waitForRun(
    @Param('pgroup') pgroup: string,
    @Param('run') number: string,
    @Query(queryPipe(RunWaitQuery)) { beamline, timeout = USUAL_WAIT }: RunWaitQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Reply<RunWaitReply>> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const look = () => this.runs.run(pgroup, number, beamline);
    const run = await this.waits.untilSettled(look, timeout, gone.signal);
    return { status: this.acquisition.status, settled: run.settled, run };
  }
}
