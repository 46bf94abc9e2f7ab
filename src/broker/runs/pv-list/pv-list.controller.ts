import { Controller, Get, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { EventLog } from '../../../logging/event-log.js';
import { askedNameProblem, displayName } from '../../../request/channel.js';
import type { FieldProblem } from '../../../request/errors.js';
import { ClientForm } from '../../http/client-form.js';
import { CsrfGuard } from '../../http/csrf.guard.js';
import { OptionalJsonBody } from '../../http/json-body.js';
import { NOT_JSON, TOO_MANY_CALLS } from '../../http/refusals.js';
import { ApiCall, ApiGroup } from '../../openapi/api-call.js';
import { checkedBody } from '../call-fields.js';
import { refuseBody } from '../empty-call.js';
import { InvalidRunCall } from '../errors.js';
import { Pgroups } from '../pgroups.js';
import { UNKNOWN_NETWORK } from '../refusals.js';
import { NoPvListFile, PvListNotSaved, PvListUnusable } from './errors.js';
import { PvListFile } from './pv-list-file.js';
import type { PvListReply } from './replies.js';
import { SetPvListRequest } from './set-pv-list-request.js';

/** As many as a retrieval may ask for. */
const MAX_PVS = 50_000;

const FILE = '/etc/epics_buffer/sf.bernina.epics_buffer.json';
const READ_REFUSALS = [
  UNKNOWN_NETWORK,
  new NoPvListFile(),
  new PvListUnusable(FILE, 'it does not exist'),
];

/** Which PVs a beamline's EPICS buffer keeps. */
@Controller()
@ApiGroup('runs')
@ClientForm()
export class PvListController {
  private readonly logger = new EventLog('Broker');

  constructor(
    private readonly pgroups: Pgroups,
    private readonly file: PvListFile,
  ) {}

  @Get('get_pvlist')
  @ApiCall({
    summary: "The PVs that the beamline's EPICS buffer keeps",
    ok: { schema: 'PvListReply' },
    refusals: READ_REFUSALS,
  })
  async getPvList(@Req() request: Request, @OptionalJsonBody() body: unknown) {
    refuseBody(body);
    const beamline = this.pgroups.beamlineOf(request);
    return reply(beamline, await this.file.read(beamline));
  }

  @Post('set_pvlist')
  @UseGuards(CsrfGuard)
  @ApiCall({
    summary: 'Replace that list',
    description:
      'The EPICS buffer reads its file when it is started again. What the list was before is kept beside it, in backup.',
    body: { schema: 'SetPvListRequest' },
    ok: { description: 'Replaced, and on disk.', schema: 'PvListReply' },
    refusals: [
      ...READ_REFUSALS,
      new InvalidRunCall([{ field: 'pv_list[3]', problem: '"A B" contains a blank: take it out' }]),
      new PvListNotSaved(FILE, Object.assign(new Error('permission denied'), { code: 'EACCES' })),
      ...NOT_JSON,
      TOO_MANY_CALLS,
    ],
  })
  async setPvList(@Req() request: Request, @OptionalJsonBody() body: unknown) {
    const { pv_list: names } = checkedBody(body, SetPvListRequest, namesProblems);
    const beamline = this.pgroups.beamlineOf(request);
    const unique = [...new Set(names)];
    await this.file.replace(beamline, unique);
    const peer = this.pgroups.addressOf(request);
    this.logger.log('list of PVs replaced', { channels: unique.length, peer });
    return reply(beamline, unique);
  }
}

function reply(beamline: string, names: readonly string[]): Omit<PvListReply, 'status'> {
  const count = names.length === 1 ? '1 PV' : `${names.length} PVs`;
  return { message: `the EPICS buffer of ${beamline} keeps ${count}`, pv_list: names };
}

function namesProblems({ pv_list: names }: SetPvListRequest): FieldProblem[] {
  if (!Array.isArray(names)) return [];
  if (names.length > MAX_PVS) {
    const problem = `has ${names.length} entries; at most ${MAX_PVS} are allowed`;
    return [{ field: 'pv_list', problem }];
  }
  return names.flatMap((name: unknown, index) => {
    const problem = nameProblem(name);
    return problem === undefined ? [] : [{ field: `pv_list[${index}]`, problem }];
  });
}

function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'must be the name of a PV';
  const problem = askedNameProblem(name);
  if (problem !== undefined) return `${displayName(name)} ${problem}`;
  return /\s/.test(name) ? `${displayName(name)} contains a blank: take it out` : undefined;
}
