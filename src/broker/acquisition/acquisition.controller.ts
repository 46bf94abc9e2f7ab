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
import { InvalidParameters } from '../../request/errors.js';
import { type AcquisitionProposal, AcquisitionService } from './acquisition.service.js';
import { NeverConfigured, NoChannelList, StopBelowStart } from './errors.js';
import { PARAMETERS_EXAMPLES } from './examples.js';
import { BAD_OUTPUT_FILE, NOT_RECORDED, NOT_SAVED } from './refusals.js';
import type { ParametersReply, StatusReply } from './replies.js';
import { DispatchInterceptor } from './dispatch.interceptor.js';
import { JsonBody } from '../http/json-body.js';
import { PulseIdPipe } from '../http/pulse-id.pipe.js';
import { CsrfGuard } from '../http/csrf.guard.js';
import { BAD_PULSE_ID, NOT_JSON, TOO_MANY_CALLS } from '../http/refusals.js';
import { type Reply, ReplyInterceptor } from '../http/reply.interceptor.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { OneAtATimeInterceptor } from './one-at-a-time.interceptor.js';
import { REQUEST_HEADERS } from './request-headers.js';

const pulseId = (example: number) =>
  ({
    name: 'pulse_id',
    in: 'path',
    example,
    schema: { type: 'integer', format: 'int64', minimum: 0, maximum: 2 ** 53 },
  }) as const;

/** The calls that change the acquisition, from DIA and the detector writers. */
@Controller()
@ApiGroup('acquisition')
@UseGuards(CsrfGuard)
@UseInterceptors(OneAtATimeInterceptor)
export class AcquisitionController {
  constructor(private readonly acquisition: AcquisitionService) {}

  @Post('parameters')
  @HttpCode(200)
  @UseInterceptors(ReplyInterceptor)
  @ApiCall({
    summary: '1. Set up an acquisition',
    description:
      'Replaces parameters posted before; a start that came already stays. Keys that are not ' +
      'listed are accepted, kept and echoed.',
    body: { schema: 'AcquisitionParameters', examples: PARAMETERS_EXAMPLES },
    ok: { description: 'Accepted, and on disk.', schema: 'ParametersReply' },
    refusals: [
      new InvalidParameters([{ field: 'general/user', problem: 'is missing: give a text' }]),
      ...BAD_OUTPUT_FILE,
      ...NOT_JSON,
      new NoChannelList('/etc/sf_databuffer/channels', "can't be read: it does not exist"),
      NOT_SAVED,
      TOO_MANY_CALLS,
    ],
  })
  async setParameters(@JsonBody() body: unknown): Promise<Reply<ParametersReply>> {
    const parameters = await this.acquisition.configure(body);
    return { status: this.acquisition.status, parameters };
  }

  @Put('start_pulse_id/:pulse_id')
  @UseInterceptors(ReplyInterceptor)
  @ApiCall({
    summary: '2. Its first pulse',
    description:
      'Every detector may send it. The same one again is harmless; another one replaces it. ' +
      'It may come before the parameters.',
    parameters: [pulseId(1000)],
    ok: { description: 'On disk. No body.' },
    refusals: [BAD_PULSE_ID, NOT_SAVED, TOO_MANY_CALLS],
  })
  async setStartPulseId(
    @Param('pulse_id', new PulseIdPipe('Start pulse id')) pulseId: number,
  ): Promise<void> {
    await this.acquisition.start(pulseId);
  }

  /** Only proposes: on the way back it is recorded, answered, and then sent. */
  @Put('stop_pulse_id/:pulse_id')
  @UseInterceptors(ReplyInterceptor, DispatchInterceptor, AuditInterceptor)
  @ApiCall({
    summary: '3. Its last pulse: the acquisition becomes write requests',
    description:
      'The requests are in the audit trail when this is answered, and go to the next writer that ' +
      'is free. With nothing started it has no effect.',
    parameters: [pulseId(1299)],
    ok: { description: 'Recorded. No body.', headers: REQUEST_HEADERS },
    refusals: [
      BAD_PULSE_ID,
      new StopBelowStart(1000, 999),
      new NeverConfigured(1000, 1299),
      NOT_RECORDED,
      NOT_SAVED,
      TOO_MANY_CALLS,
    ],
  })
  async setStopPulseId(
    @Param('pulse_id', new PulseIdPipe('Stop pulse id')) pulseId: number,
  ): Promise<AcquisitionProposal | undefined> {
    return this.acquisition.stop(pulseId);
  }

  @Get('stop')
  @UseInterceptors(ReplyInterceptor)
  @ApiCall({
    summary: 'Give an acquisition up',
    description: 'Forgets parameters and start; nothing is written.',
    ok: { schema: 'StatusReply' },
    refusals: [NOT_SAVED, TOO_MANY_CALLS],
  })
  async giveUpAcquisition(): Promise<Reply<StatusReply>> {
    await this.acquisition.forget();
    return { status: this.acquisition.status };
  }
}
