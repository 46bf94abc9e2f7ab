import {
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Put,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { AuditInterceptor } from '../../audit/audit.interceptor.js';
import type { AcquisitionParameters } from '../../request/acquisition-parameters.js';
import { type AcquisitionProposal, AcquisitionService } from './acquisition.service.js';
import type { AcquisitionStatus } from './acquisition.js';
import { DispatchInterceptor } from './dispatch.interceptor.js';
import { JsonBody } from '../http/json-body.js';
import { PulseIdPipe } from '../http/pulse-id.pipe.js';
import { CsrfGuard } from '../http/csrf.guard.js';
import { OneAtATimeInterceptor } from './one-at-a-time.interceptor.js';
import { ReplyInterceptor } from '../http/reply.interceptor.js';

/** The calls that change the acquisition, from DIA and the detector writers. */
@Controller()
@UseGuards(CsrfGuard)
@UseInterceptors(OneAtATimeInterceptor)
export class AcquisitionController {
  constructor(private readonly acquisition: AcquisitionService) {}

  @Post('parameters')
  @HttpCode(200)
  @UseInterceptors(ReplyInterceptor)
  async parameters(
    @JsonBody() body: unknown,
  ): Promise<{ status: AcquisitionStatus; parameters: AcquisitionParameters }> {
    const parameters = await this.acquisition.configure(body);
    return { status: this.acquisition.status, parameters };
  }

  @Put('start_pulse_id/:pulse_id')
  @UseInterceptors(ReplyInterceptor)
  async start(
    @Param('pulse_id', new PulseIdPipe('Start pulse id')) pulseId: number,
  ): Promise<void> {
    await this.acquisition.start(pulseId);
  }

  /** Only proposes: on the way back it is recorded, answered, and then sent. */
  @Put('stop_pulse_id/:pulse_id')
  @UseInterceptors(ReplyInterceptor, DispatchInterceptor, AuditInterceptor)
  async stop(
    @Param('pulse_id', new PulseIdPipe('Stop pulse id')) pulseId: number,
  ): Promise<AcquisitionProposal | undefined> {
    return this.acquisition.stop(pulseId);
  }

  @Get('stop')
  @UseInterceptors(ReplyInterceptor)
  async forget(): Promise<{ status: AcquisitionStatus }> {
    await this.acquisition.forget();
    return { status: this.acquisition.status };
  }
}
