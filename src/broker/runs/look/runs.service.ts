import { Injectable } from '@nestjs/common';
import { UnknownPgroup, UnknownRun } from './errors.js';
import type { RunsQuery } from './query.js';
import type { Run, RunsReply } from './replies.js';

/** Runs on disk, with what the ledger knows of their files. */
@Injectable()
export class RunsService {
  /** @throws UnknownPgroup, InvalidQuery */
  async list({ pgroup }: RunsQuery): Promise<Omit<RunsReply, 'state' | 'status'>> {
    if (pgroup !== undefined) throw new UnknownPgroup(pgroup);
    return { runs: [], next: null, pgroups: [] };
  }

  /** @throws UnknownPgroup, UnknownRun, InvalidQuery */
  async run(pgroup: string, run: string, _beamline?: string): Promise<Run> {
    throw new UnknownRun(pgroup, run);
  }
}
