import { Controller, Get, Param, Put, UseGuards, UseInterceptors } from '@nestjs/common';
import { LOG_LEVELS } from '../../config/common-settings.js';
import { LogWriter } from '../../logging/log-writer.js';
import { AcquisitionService } from '../acquisition/acquisition.service.js';
import { CsrfGuard } from '../http/csrf.guard.js';
import { TOO_MANY_CALLS } from '../http/refusals.js';
import { type Reply, ReplyInterceptor } from '../http/reply.interceptor.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { InvalidLogLevel } from './errors.js';
import type { LogLevelReply } from './replies.js';

/** How much is logged, without a restart. */
@Controller('log_level')
@ApiGroup('broker')
@UseInterceptors(ReplyInterceptor)
export class LogLevelController {
  constructor(
    private readonly log: LogWriter,
    private readonly acquisition: AcquisitionService,
  ) {}

  @Get()
  @ApiCall({
    summary: 'The least severe level that the broker logs',
    ok: { schema: 'LogLevelReply' },
  })
  getLogLevel(): Reply<LogLevelReply> {
    return { status: this.acquisition.status, log_level: this.log.level };
  }

  /** Lower case is accepted, too. @throws InvalidLogLevel */
  @Put(':log_level')
  @UseGuards(CsrfGuard)
  @ApiCall({
    summary: 'Log more or less, from now on',
    description:
      'Until the next start. DEBUG has a line for each call. Broker and writers also take SIGUSR2, ' +
      'which switches between DEBUG and the level that was configured.',
    parameters: [{ name: 'log_level', in: 'path', example: 'DEBUG', schema: { enum: LOG_LEVELS } }],
    ok: { description: 'The level in force.', schema: 'LogLevelReply' },
    refusals: [new InvalidLogLevel('LOUD'), TOO_MANY_CALLS],
  })
  setLogLevel(@Param('log_level') text: string): Reply<LogLevelReply> {
    const level = LOG_LEVELS.find((each) => each === text.toUpperCase());
    if (!level) throw new InvalidLogLevel(text);
    this.log.setLevel(level);
    return this.getLogLevel();
  }
}
