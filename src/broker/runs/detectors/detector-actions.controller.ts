import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import type { FieldProblem } from '../../../request/errors.js';
import { pgroupProblem } from '../../../runs/names.js';
import { ClientForm } from '../../http/client-form.js';
import { CsrfGuard } from '../../http/csrf.guard.js';
import { OptionalJsonBody } from '../../http/json-body.js';
import { NOT_JSON, TOO_MANY_CALLS } from '../../http/refusals.js';
import { ApiCall, ApiGroup } from '../../openapi/api-call.js';
import { checkedBody } from '../call-fields.js';
import { InvalidRunCall } from '../errors.js';
import { NoRequestExchange, NotHandedOn } from '../hand-on/errors.js';
import { RequestExchange } from '../hand-on/request-exchange.js';
import { requestMessage } from '../hand-on/request-message.js';
import { Pgroups } from '../pgroups.js';
import { PGROUP_REFUSALS, UNKNOWN_NETWORK } from '../refusals.js';
import { BeamlineDetectors } from '../beamline-detectors.js';
import { PedestalRequest, namesOf } from './pedestal-request.js';
import { Pedestals } from './pedestals.js';
import { PowerOnRequest } from './power-on-request.js';
import type { DetectorReply } from './replies.js';

const KEY = 'detector.pedestal';
const NOT_OF_BEAMLINE = 'names "JF01", which is no detector of bernina: use JF07T32V02';
const NOBODY = new NotHandedOn('request', KEY, `no program listens there for ${KEY}`, true);

/** What is asked of detectors, which others do: over `--request_exchange`. */
@Controller()
@ApiGroup('runs')
@ClientForm()
@UseGuards(CsrfGuard)
export class DetectorActionsController {
  constructor(
    private readonly pgroups: Pgroups,
    private readonly detectors: BeamlineDetectors,
    private readonly pedestals: Pedestals,
    private readonly exchange: RequestExchange,
  ) {}

  @Post('take_pedestal')
  @ApiCall({
    summary: 'Have pedestals of detectors taken',
    description:
      "Handed on over --request_exchange. Whoever takes them writes to JF_pedestals in the pgroup's raw folder; its log says when they are done.",
    body: { schema: 'PedestalRequest' },
    ok: { description: 'Handed on.', schema: 'DetectorReply' },
    refusals: [
      new NoRequestExchange('pedestals'),
      new InvalidRunCall([{ field: 'detectors', problem: NOT_OF_BEAMLINE }]),
      ...PGROUP_REFUSALS,
      NOBODY,
      ...NOT_JSON,
      TOO_MANY_CALLS,
    ],
  })
  async takePedestal(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
  ): Promise<Omit<DetectorReply, 'status'>> {
    this.exchange.assertThere('pedestal');
    const beamline = this.pgroups.beamlineOf(request);
    const call = checkedBody(body, PedestalRequest, (each) => this.problems(beamline, each));
    const book = this.pgroups.bookOf(beamline, call.pgroup);
    await book.assertOpen();
    const seconds = await this.pedestals.take(book.raw, beamline, call);
    const names = namesOf(call)!.join(', ');
    return { message: `pedestals of ${names} were asked for: they take ${seconds} seconds` };
  }

  @Post('power_on_detector')
  @ApiCall({
    summary: 'Have a detector powered on',
    description: 'Handed on over --request_exchange.',
    body: { schema: 'PowerOnRequest' },
    ok: { description: 'Handed on.', schema: 'DetectorReply' },
    refusals: [
      new NoRequestExchange('the power of detectors'),
      new InvalidRunCall([{ field: 'detector_name', problem: NOT_OF_BEAMLINE }]),
      UNKNOWN_NETWORK,
      NOBODY,
      ...NOT_JSON,
      TOO_MANY_CALLS,
    ],
  })
  async powerOnDetector(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
  ): Promise<Omit<DetectorReply, 'status'>> {
    this.exchange.assertThere('power_on');
    const beamline = this.pgroups.beamlineOf(request);
    const { detector_name } = checkedBody(body, PowerOnRequest, ({ detector_name: name }) =>
      typeof name === 'string' ? this.detectors.problems(beamline, [name], 'detector_name') : [],
    );
    const asked = { writer_type: 'detector_power_on', channels: null, detector_name, beamline };
    const message = { kind: 'power_on', routingKey: KEY } as const;
    await this.exchange.publish(requestMessage(message, asked, Date.now() / 1000));
    return { message: `${detector_name} is being powered on` };
  }

  private problems(beamline: string, call: PedestalRequest): FieldProblem[] {
    const pgroup = pgroupProblem(call.pgroup);
    const problems = pgroup === undefined ? [] : [{ field: 'pgroup', problem: pgroup }];
    const names = namesOf(call);
    const field = 'detectors';
    if (!names) {
      const problem = 'must be a list of names, or an object with options by name';
      return [...problems, { field, problem }];
    }
    if (names.length === 0) return [...problems, { field, problem: 'are none: name one at least' }];
    return [...problems, ...this.detectors.problems(beamline, names, field)];
  }
}
