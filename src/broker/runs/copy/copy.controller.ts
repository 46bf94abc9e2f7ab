import { Controller, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { EventLog } from '../../../logging/event-log.js';
import type { FieldProblem } from '../../../request/errors.js';
import { plainNumber } from '../../../request/exact-json.js';
import { pgroupProblem } from '../../../runs/names.js';
import { ClientForm } from '../../http/client-form.js';
import type { ClientReply } from '../../http/client-form.interceptor.js';
import { CsrfGuard } from '../../http/csrf.guard.js';
import { OptionalJsonBody } from '../../http/json-body.js';
import { NOT_JSON, TOO_MANY_CALLS } from '../../http/refusals.js';
import { ApiCall, ApiGroup } from '../../openapi/api-call.js';
import { checkedBody } from '../call-fields.js';
import { Pgroups } from '../pgroups.js';
import { PGROUP_REFUSALS } from '../refusals.js';
import { CopyUserFilesRequest } from './copy-request.js';
import { RunAmbiguous, RunNotThere } from './errors.js';
import type { CopyUserFilesReply } from './replies.js';
import { type CopiedFiles, UserFiles } from './user-files.js';

const MAX_FILES = 10_000;

/** Files of users that are kept with a run. */
@Controller()
@ApiGroup('runs')
@ClientForm()
@UseGuards(CsrfGuard)
export class CopyController {
  private readonly logger = new EventLog('Broker');

  constructor(
    private readonly pgroups: Pgroups,
    private readonly files: UserFiles,
  ) {}

  @Post('copy_user_files')
  @ApiCall({
    summary: 'Keep files with a run',
    description:
      "Copies them to aux in the run's folder (flat layout: aux/run_000007 in the folder that its files are in). A file that is there already is replaced. Files need the group of that folder, which may read them. Also on --slow_rest_port.",
    body: { schema: 'CopyUserFilesRequest' },
    ok: {
      description: 'All that destination_files names is on disk.',
      schema: 'CopyUserFilesReply',
    },
    refusals: [
      ...PGROUP_REFUSALS,
      new RunNotThere(7, '/sf/bernina/data/p12345/raw'),
      new RunAmbiguous(7, ['run0007', 'run0007-laser']),
      ...NOT_JSON,
      TOO_MANY_CALLS,
    ],
  })
  async copyUserFiles(
    @Req() request: Request,
    @OptionalJsonBody() body: unknown,
  ): Promise<ClientReply & Omit<CopyUserFilesReply, 'status'>> {
    const call = checkedBody(body, CopyUserFilesRequest, problems);
    const book = this.pgroups.bookOf(this.pgroups.beamlineOf(request), call.pgroup);
    await book.assertOpen();
    const sources = [...new Set(call.files)].toSorted();
    const done = await this.files.copy(book.raw, runNumberOf(call)!, sources);
    const run = { pgroup: call.pgroup, run_number: runNumberOf(call)! };
    for (const file of done.copied.values())
      this.logger.log('file of a user copied', { ...run, file });
    return replyOf(done);
  }
}

function replyOf({ folder, copied, refused }: CopiedFiles) {
  const isWhole = refused.size === 0;
  const files = copied.size === 1 ? '1 file was' : `${copied.size} files were`;
  const others = isWhole ? '' : `, ${refused.size} could not be: error_files says why`;
  return {
    status: isWhole ? ('ok' as const) : ('error' as const),
    message: `${files} copied to ${folder}${others}`,
    destination_files: Object.fromEntries(copied),
    error_files: Object.fromEntries(refused),
    ...(!isWhole && { exception: 'RuntimeError' }),
  };
}

function problems(call: CopyUserFilesRequest): FieldProblem[] {
  const pgroup = pgroupProblem(call.pgroup);
  return [
    ...(pgroup === undefined ? [] : [{ field: 'pgroup', problem: pgroup }]),
    ...(runNumberOf(call) === undefined
      ? [{ field: 'run_number', problem: 'must be the number of a run, an integer from 1' }]
      : []),
    ...filesProblems(call.files),
  ];
}

function filesProblems(files: readonly unknown[]): FieldProblem[] {
  if (!Array.isArray(files)) return [];
  const problem = `are ${files.length}; at most ${MAX_FILES} are allowed`;
  if (files.length > MAX_FILES) return [{ field: 'files', problem }];
  return files.flatMap((each, index) =>
    typeof each === 'string'
      ? []
      : [{ field: `files[${index}]`, problem: 'must be the name of a file' }],
  );
}

/** Also as text, which other calls take as well. */
function runNumberOf({ run_number: given }: CopyUserFilesRequest): number | undefined {
  const text = String(plainNumber(given));
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
