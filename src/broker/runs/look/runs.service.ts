import { Injectable } from '@nestjs/common';
import { Beamlines } from '../../../config/beamlines.js';
import type { AcquisitionRecord } from '../../../runs/acquisition-record.js';
import { InvalidRunName } from '../../../runs/errors.js';
import { type PgroupFolder, PgroupRoots } from '../../../runs/pgroup-roots.js';
import { type RunHeadOnDisk, listRuns } from '../../../runs/list-runs.js';
import { readRun } from '../../../runs/run-on-disk.js';
import { InvalidQuery } from '../../http/http-errors.js';
import { USUAL_PAGE_SIZE } from '../../http/query.js';
import { RetrievalsFile } from '../retrieval/retrievals-file.js';
import { PgroupUnreadable, UnknownPgroup, UnknownRun } from './errors.js';
import type { RunsQuery } from './query.js';
import type { Run, RunAcquisition, RunHead, RunsReply } from './replies.js';
import { RunFiles } from './run-files.js';

type RunsOnPage = Pick<RunsReply, 'runs' | 'next' | 'pgroups'>;

/** Runs on disk, with what is known of their files. */
@Injectable()
export class RunsService {
  constructor(
    private readonly beamlines: Beamlines,
    private readonly roots: PgroupRoots,
    private readonly files: RunFiles,
    private readonly retrievals: RetrievalsFile,
  ) {}

  /** @throws UnknownPgroup, InvalidQuery, PgroupUnreadable */
  list(query: RunsQuery): Promise<RunsOnPage> {
    return this.readable(query.pgroup, () => this.page(query));
  }

  /**
   * @param number of the run, as text
   * @throws UnknownPgroup, UnknownRun, RunUnreadable, PgroupUnreadable; InvalidQuery where several beamlines have it
   */
  run(pgroup: string, number: string, beamline?: string): Promise<Run> {
    return this.readable(pgroup, () => this.find(pgroup, number, beamline));
  }

  private async page(query: RunsQuery): Promise<RunsOnPage> {
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

  private async find(pgroup: string, number: string, beamline?: string): Promise<Run> {
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
    const { names } = this.beamlines;
    // It becomes a part of a path.
    if (beamline !== undefined && !names.includes(beamline)) {
      const problem = `'${beamline.slice(0, 40)}' is not known: use ${names.join(' or ')}`;
      throw new InvalidQuery([{ field: 'beamline', problem }]);
    }
    const folders = await this.roots.find(pgroup, beamline).catch((error: unknown) => {
      if (error instanceof InvalidRunName) throw new UnknownPgroup(pgroup);
      throw error;
    });
    if (folders.length === 0) throw new UnknownPgroup(pgroup);
    return folders;
  }

  private async readable<T>(pgroup: string | undefined, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      const isOfDisk = (error as NodeJS.ErrnoException).syscall !== undefined;
      throw isOfDisk ? new PgroupUnreadable(pgroup ?? '', error) : error;
    }
  }

  private async whole(folder: PgroupFolder, head: RunHeadOnDisk): Promise<Run> {
    const { acquisitions, unreadable, closed } = await readRun(head.path, (record) =>
      this.acquisition(record),
    );
    const files = acquisitions.flatMap((each) => each.files);
    const isLacking = files.some(({ settled, complete }) => !settled || complete === false);
    const isKnown = files.every(({ complete }) => complete !== null);
    const isAllTaken = acquisitions.every(
      ({ not_written }) => Object.keys(not_written).length === 0,
    );
    return {
      ...headOf(folder, head),
      settled: files.every(({ settled }) => settled),
      complete: !isLacking && isAllTaken && unreadable.length === 0 && (isKnown || null),
      closed,
      acquisitions_list: acquisitions,
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
