import { Controller, Headers, Post, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import type { Request } from 'express';
import { AuditInterceptor } from '../../../audit/audit.interceptor.js';
import { RunNumberAhead, RunNumberUsed, RunTagDiffers } from '../../../runs/errors.js';
import type { AcquisitionProposal } from '../../acquisition/acquisition.service.js';
import { DispatchInterceptor } from '../../acquisition/dispatch.interceptor.js';
import { idempotencyKey, usableKey } from '../../acquisition/idempotency-key.js';
import { NOT_RECORDED } from '../../acquisition/refusals.js';
import { REQUEST_HEADERS } from '../../acquisition/request-headers.js';
import { ClientForm } from '../../http/client-form.js';
import { CsrfGuard } from '../../http/csrf.guard.js';
import { OptionalJsonBody } from '../../http/json-body.js';
import { NOT_JSON, TOO_MANY_CALLS } from '../../http/refusals.js';
import { ApiCall, ApiGroup } from '../../openapi/api-call.js';
import { RetrievalNotSaved } from '../errors.js';
import { Pgroups } from '../pgroups.js';
import { PGROUP_REFUSALS } from '../refusals.js';
import { RETRIEVAL_EXAMPLES } from './examples.js';
import { Retrievals } from './retrievals.js';

/** What the beamlines' clients acquire with. */
@Controller()
@ApiGroup('runs')
@ClientForm()
@UseGuards(CsrfGuard)
export class RetrievalController {
  constructor(
    private readonly retrievals: Retrievals,
    private readonly pgroups: Pgroups,
  ) {}

  /** Only proposes: on the way back it is recorded, answered, and then sent. */
  @Post('retrieve_from_buffers')
  @UseInterceptors(DispatchInterceptor, AuditInterceptor)
  @ApiCall({
    summary: 'Acquire pulses that are past, as a run',
    description:
      'The run is on disk and its write requests are in the audit trail when this is answered; the files ' +
      'come later: GET /runs tells when they are there. The same again from the same address within 60 s ' +
      'gives the same reply and acquires nothing more, unless it has another Idempotency-Key.',
    parameters: [idempotencyKey('Another key makes a new acquisition of an equal call')],
    body: { schema: 'RetrieveRequest', examples: RETRIEVAL_EXAMPLES },
    ok: { description: 'Recorded.', headers: REQUEST_HEADERS, schema: 'RetrievalReply' },
    refusals: [
      ...PGROUP_REFUSALS,
      new RunNumberAhead(9, 7),
      new RunNumberUsed(7, '/sf/bernina/data/p12345/raw/run_info/000000/run_000007.json'),
      new RunTagDiffers(7, 'run0007-dark', ['run0007']),
      ...NOT_JSON,
      new RetrievalNotSaved('/var/log/sf_databuffer_audit.log.retrievals', { code: 'ENOSPC' }),
      NOT_RECORDED,
      TOO_MANY_CALLS,
    ],
  })
  retrieveFromBuffers(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
    @Headers('Idempotency-Key') key?: string,
  ): Promise<AcquisitionProposal> {
    return this.retrievals.propose({
      address: this.pgroups.addressOf(request),
      beamline: this.pgroups.beamlineOf(request),
      body,
      key: key === undefined ? undefined : usableKey(key),
    });
  }
}
