import { Controller, Get, Param, Put, UseGuards, UseInterceptors } from '@nestjs/common';
import { LOG_LEVELS, type LogLevel } from '../../config/common-settings.js';
import { LogWriter } from '../../logging/log-writer.js';
import type { AcquisitionStatus } from '../acquisition/acquisition.js';
import { AcquisitionService } from '../acquisition/acquisition.service.js';
import { CsrfGuard } from '../http/csrf.guard.js';
import { InvalidLogLevel } from './errors.js';
import { ReplyInterceptor } from '../http/reply.interceptor.js';

interface LevelNow {
  readonly status: AcquisitionStatus;
  readonly log_level: LogLevel;
}

/** How much is logged, without a restart. */
@Controller('log_level')
@UseInterceptors(ReplyInterceptor)
export class LogLevelController {
  constructor(
    private readonly log: LogWriter,
    private readonly acquisition: AcquisitionService,
  ) {}

  @Get()
  level(): LevelNow {
    return { status: this.acquisition.status, log_level: this.log.level };
  }

  /** Letters may be small. @throws InvalidLogLevel */
  @Put(':log_level')
  @UseGuards(CsrfGuard)
  change(@Param('log_level') text: string): LevelNow {
    const level = LOG_LEVELS.find((each) => each === text.toUpperCase());
    if (!level) throw new InvalidLogLevel(text);
    this.log.setLevel(level);
    return this.level();
  }
}
