import { Controller, Get, Req } from '@nestjs/common';
import type { Request } from 'express';
import { ClientForm } from '../../http/client-form.js';
import { OptionalJsonBody } from '../../http/json-body.js';
import { ApiCall, ApiGroup } from '../../openapi/api-call.js';
import { refuseBody } from '../empty-call.js';
import { Pgroups } from '../pgroups.js';
import { UNKNOWN_NETWORK } from '../refusals.js';
import { BeamlineDetectors } from '../beamline-detectors.js';
import type { AllowedDetectorsReply, DetectorListReply, RunningDetectorsReply } from './replies.js';

const NOT_WATCHED =
  'this broker does not watch the modules of detectors: whether they run is not known';

/** Which detectors a beamline has. */
@Controller()
@ApiGroup('runs')
@ClientForm()
export class DetectorsController {
  constructor(
    private readonly pgroups: Pgroups,
    private readonly detectors: BeamlineDetectors,
  ) {}

  @Get('get_allowed_detectors')
  @ApiCall({
    summary: 'The detectors of the beamline',
    description: 'Those that the broker was told of with --detectors.',
    ok: { schema: 'AllowedDetectorsReply' },
    refusals: [UNKNOWN_NETWORK],
  })
  getAllowedDetectors(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
  ): Omit<AllowedDetectorsReply, 'status'> {
    const listed = this.listed(request, body);
    const unknown = listed.detectors.map(() => '');
    return { ...listed, descriptions: unknown, visualisation_address: unknown };
  }

  @Get('get_allowed_detectors_list')
  @ApiCall({
    summary: 'The same, under the name of 2022',
    ok: { schema: 'DetectorListReply' },
    refusals: [UNKNOWN_NETWORK],
  })
  getAllowedDetectorsList(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
  ): Omit<DetectorListReply, 'status'> {
    return this.listed(request, body);
  }

  @Get('get_running_detectors')
  @ApiCall({
    summary: 'Which detectors run: not known here',
    description: 'This broker does not watch the modules of detectors, so all lists are empty.',
    ok: { schema: 'RunningDetectorsReply' },
    refusals: [UNKNOWN_NETWORK],
  })
  getRunningDetectors(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
  ): Omit<RunningDetectorsReply, 'status'> {
    return {
      ...this.unwatched(request, body),
      running_detectors: [],
      missing_detectors: [],
      limping_detectors: {},
    };
  }

  @Get('get_running_detectors_list')
  @ApiCall({
    summary: 'The same, under the name of 2022',
    ok: { schema: 'DetectorListReply' },
    refusals: [UNKNOWN_NETWORK],
  })
  getRunningDetectorsList(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
  ): Omit<DetectorListReply, 'status'> {
    return this.unwatched(request, body);
  }

  private listed(request: Request, body: unknown): Omit<DetectorListReply, 'status'> {
    refuseBody(body);
    const beamline = this.pgroups.beamlineOf(request);
    const detectors = this.detectors.of(beamline);
    const count = detectors.length === 1 ? '1 detector' : `${detectors.length} detectors`;
    return { message: `${beamline} has ${count}`, detectors };
  }

  private unwatched(request: Request, body: unknown): Omit<DetectorListReply, 'status'> {
    refuseBody(body);
    this.pgroups.beamlineOf(request);
    return { message: NOT_WATCHED, detectors: [] };
  }
}
