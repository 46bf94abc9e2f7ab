import { Injectable } from '@nestjs/common';
import type { AcquisitionRecord } from '../../../runs/acquisition-record.js';
import { InvalidRunName } from '../../../runs/errors.js';
import { type PgroupFolder, PgroupRoots } from '../../../runs/pgroup-roots.js';
import { type RunHeadOnDisk, listRuns } from '../../../runs/list-runs.js';
import { readRun } from '../../../runs/run-on-disk.js';
import { InvalidQuery } from '../../http/http-errors.js';
import { USUAL_PAGE_SIZE } from '../../http/query.js';
import { RetrievalsFile } from '../retrieval/retrievals-file.js';
import { UnknownPgroup, UnknownRun } from './errors.js';
import type { RunsQuery } from './query.js';
import type { Run, RunAcquisition, RunHead, RunsReply } from './replies.js';
import { RunFiles } from './run-files.js';

/** Acquisitions whose files are looked at side by side. */
const AT_ONCE = 16;

/** Runs on disk, with what is known of their files. */
@Injectable()
export class RunsService {
  constructor(
    private readonly roots: PgroupRoots,
    private readonly files: RunFiles,
    private readonly retrievals: RetrievalsFile,
  ) {}

  /** @throws UnknownPgroup, NodeJS.ErrnoException */
  async list(query: RunsQuery): Promise<Pick<RunsReply, 'runs' | 'next' | 'pgroups'>> {
    const { pgroup, beamline, before, limit = USUAL_PAGE_SIZE } = query;
    if (pgroup === undefined) {
      const all = this.retrievals.state.served;
      const pgroups = all.filter((each) => beamline === undefined || each.beamline === beamline);
      return { runs: [], next: null, pgroups };
    }
    const folders = await this.foldersOf(pgroup, beamline);
    const lists = await Promise.all(
      folders.map(async (folder) => {
        const heads = await listRuns(folder.raw, { limit: limit + 1, before });
        return heads.map((head) => headOf(folder, head));
      }),
    );
    const all = lists.flat().sort((a, b) => b.run_number - a.run_number);
    // Runs of one number, of two beamlines or tags, stay on one page: the next begins below it.
    const last = all[limit - 1]?.run_number;
    const runs = last === undefined ? all : all.filter(({ run_number }) => run_number >= last);
    return { runs, next: runs.length < all.length ? last : null };
  }

  /**
   * @param number of the run, as text
   * @throws UnknownPgroup, UnknownRun, InvalidQuery where several beamlines have it; RunUnreadable
   */
  async run(pgroup: string, number: string, beamline?: string): Promise<Run> {
    const folders = await this.foldersOf(pgroup, beamline);
    if (!/^\d{1,10}$/.test(number)) throw new UnknownRun(pgroup, number);
    const found = (
      await Promise.all(
        folders.map(async (folder) => {
          const [head] = await listRuns(folder.raw, { limit: 1, before: Number(number) + 1 });
          return head?.runNumber === Number(number) ? [{ folder, head }] : [];
        }),
      )
    ).flat();
    if (found.length === 0) throw new UnknownRun(pgroup, number);
    if (found.length > 1) {
      const names = found.map(({ folder }) => folder.beamline).join(' and ');
      const problem = `is missing: pgroup ${pgroup} has run ${number} at ${names}`;
      throw new InvalidQuery([{ field: 'beamline', problem }]);
    }
    return this.whole(found[0].folder, found[0].head);
  }

  private async foldersOf(pgroup: string, beamline?: string): Promise<PgroupFolder[]> {
    const folders = await this.roots.find(pgroup, beamline).catch((error: unknown) => {
      if (error instanceof InvalidRunName) throw new UnknownPgroup(pgroup);
      throw error;
    });
    if (folders.length === 0) throw new UnknownPgroup(pgroup);
    return folders;
  }

  private async whole(folder: PgroupFolder, head: RunHeadOnDisk): Promise<Run> {
    const { acquisitions, unreadable, closed } = await readRun(head.path);
    const list: RunAcquisition[] = [];
    for (let at = 0; at < acquisitions.length; at += AT_ONCE) {
      const some = acquisitions.slice(at, at + AT_ONCE);
      list.push(...(await Promise.all(some.map((each) => this.acquisition(each)))));
    }
    const files = list.flatMap((each) => each.files);
    const isAllThere = files.every(({ settled, complete }) => complete ?? settled);
    const isAllTaken = list.every(({ not_written }) => Object.keys(not_written).length === 0);
    return {
      ...headOf(folder, head),
      settled: files.every(({ settled }) => settled),
      complete: isAllThere && isAllTaken && unreadable.length === 0,
      closed,
      acquisitions_list: list,
      unreadable,
    };
  }

  private async acquisition(record: AcquisitionRecord): Promise<RunAcquisition> {
    return {
      acquisition_number: record.acquisitionNumber,
      unique_acquisition_number: record.uniqueAcquisitionNumber,
      request_time: record.requestTime,
      start_pulse_id: record.startPulseId,
      stop_pulse_id: record.stopPulseId,
      rate_multiplicator: record.rateMultiplicator,
      user_tag: record.userTag,
      files: await Promise.all(record.files.map((file) => this.files.fileOf(record, file))),
      not_written: record.notWritten,
    };
  }
}

function headOf({ beamline, pgroup }: PgroupFolder, head: RunHeadOnDisk): RunHead {
  return {
    pgroup,
    beamline,
    run_number: head.runNumber,
    layout: head.layout,
    path: head.path,
    tag: head.tag,
    acquisitions: head.acquisitions,
    request_time: head.requestTime,
  };
}
