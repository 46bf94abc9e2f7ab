import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { SerialQueue } from '../../../concurrency/serial-queue.js';
import { isIncomplete } from '../../../report/count-channels.js';
import type { RequestHead } from '../../../report/request-record.js';
import { isSettled } from '../../../report/request-state.js';
import type { AcquisitionRecord } from '../../../runs/acquisition-record.js';
import { KINDS, type PlannedFile } from '../../../runs/plan.js';
import { Ledger } from '../../ledger/ledger.js';
import type { RequestLookup } from '../../ledger/request-lookup.js';
import type { RunFile } from './replies.js';

/** Missing channels that a file names; the counts say how many there are. */
const MOST_NAMED = 1000;

/** Whether nothing more becomes of a request by itself. */
export function isEnd({ state, next_attempt }: RequestHead): boolean {
  return isSettled(state) && next_attempt === undefined;
}

/** What became of the files of runs: by the requests that are known, else by what is on disk. */
@Injectable()
export class RunFiles {
  private readonly requests: RequestLookup;
  // Slow network disks must not take all threads that the trail needs too.
  private readonly lanes = [new SerialQueue(), new SerialQueue()];
  private looks = 0;

  constructor(ledger: Ledger) {
    this.requests = ledger.lookup;
  }

  async fileOf(acquisition: AcquisitionRecord, file: PlannedFile): Promise<RunFile> {
    const asked = channelsAskedOf(acquisition, file);
    const known = await this.requests.ofFile(file.path);
    if (!known) return this.onDisk(acquisition, file, asked);
    const { newest, standing } = known;
    const head = standing ?? newest;
    const { request_id, state, channels_asked, channels_written, rows, next_attempt } = head;
    return {
      output_file: file.path,
      kind: file.kind,
      request_id,
      state,
      settled: isEnd(head),
      complete: await this.completeOf(head, file.path),
      rows: state === 'failed' ? null : (rows ?? null),
      channels_asked: channels_asked ?? asked,
      channels_written: channels_written ?? null,
      missing_channels: isIncomplete(head) ? await this.missingIn(request_id) : [],
      message: standing && standing !== newest ? inVain(newest) : messageOf(head),
      ...(next_attempt !== undefined && { next_attempt }),
    };
  }

  private async completeOf(head: RequestHead, path: string): Promise<boolean | null> {
    const { state, cancelled } = head;
    if (!isSettled(state)) return null;
    if (state === 'failed' || cancelled) return false;
    // Nobody reported it.
    if (state === 'unconfirmed' || state === 'recorded')
      return (await this.exists(path)) ? null : false;
    const incomplete = state === 'written' ? isIncomplete(head) : undefined;
    return incomplete === undefined ? null : !incomplete;
  }

  private async missingIn(requestId: string): Promise<string[]> {
    const { report } = (await this.requests.record(requestId)) ?? {};
    if (!report) return [];
    const others = new Set(report.not_requested);
    return report.channels
      .filter(
        ({ name, failure, rows }) => failure && rows === 0 && name !== '' && !others.has(name),
      )
      .map(({ name }) => name)
      .slice(0, MOST_NAMED);
  }

  private async onDisk(
    { layout, requestIds }: AcquisitionRecord,
    { path, kind }: PlannedFile,
    channels_asked: number | null,
  ): Promise<RunFile> {
    const [isThere, hasFailed] = await Promise.all([this.exists(path), this.exists(`${path}.err`)]);
    const { channels, cameras } = KINDS[layout];
    const isOwn = kind === channels || kind === cameras;
    // Another broker's, which may be writing it.
    const isOpen = isOwn && requestIds.length > 0 && !isThere && !hasFailed;
    return {
      output_file: path,
      kind,
      request_id: null,
      state: hasFailed ? 'failed' : isThere ? 'there' : 'not_there',
      settled: !isOpen,
      complete: hasFailed || (!isThere && !isOpen) ? false : null,
      rows: null,
      channels_asked,
      channels_written: null,
      missing_channels: [],
      message: hasFailed ? `there is ${path}.err` : null,
    };
  }

  private exists(path: string): Promise<boolean> {
    const lane = this.lanes[this.looks++ % this.lanes.length];
    return lane.run(() =>
      stat(path).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false;
          throw error;
        },
      ),
    );
  }
}

function channelsAskedOf(
  { layout, channels, cameras, pvs }: AcquisitionRecord,
  { kind }: PlannedFile,
): number | null {
  const kinds = KINDS[layout];
  if (kind === kinds.channels) return channels.length;
  if (kind === kinds.cameras) return cameras.length;
  return kind === kinds.pvs ? pvs.length : null;
}

function messageOf({ state, failure, cancelled, withheld }: RequestHead): string | null {
  if (failure) return `${failure.message} [${failure.code}]`;
  if (cancelled) return 'it was cancelled';
  if (withheld !== undefined) return 'it was not sent, as outcomes were lost: see --recover_all';
  if (state === 'unconfirmed') return 'its writer does not report: look at the file';
  return state === 'recorded' ? 'the broker only records (--audit_trail_only)' : null;
}

/** Of a later request that left the file as it was. */
function inVain(newest: RequestHead): string {
  return `acquired again in vain: ${messageOf(newest) ?? newest.state} (request ${newest.request_id})`;
}
