import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { EventLog } from '../logging/event-log.js';
import { isSequence, isTrailId } from '../request/request-order.js';
import type { WriteRequest } from '../request/write-request.js';
import { AppendOnlyFile } from './append-only-file.js';
import { setAside } from '../filesystem/set-aside.js';
import { textIfThere } from '../filesystem/text-if-there.js';
import { newestMoved } from './newest-moved.js';
import { endOfTrail } from './trail-end.js';

/**
 * How many sequences are reserved at a time. They count milliseconds, so a busy broker writes the file twice
 * a day, and once more after a longer pause.
 */
const RESERVED_AHEAD = 24 * 3600 * 1000;
/** Beyond this, which only a forged file can reach, a new id begins. */
const HIGHEST = Number.MAX_SAFE_INTEGER - 1000 * RESERVED_AHEAD;

/** The contents of the file. */
interface Noted {
  readonly trail_id: string;
  /** Sequences up to this one may have been given to requests. */
  readonly reserved: number;
  /** Whether outcomes were noted beside the trail. */
  readonly outcomes: boolean;
}

/**
 * The id of a trail and the sequence of its requests, kept in `<trail>.id`: one line of JSON.
 *
 * A sequence is higher than all before it and not below the clock in ms, whatever happens to trail and
 * clock. It is reserved in the file long before it is given out, so that giving it out writes nothing to disk.
 */
export class TrailId {
  private readonly logger = new EventLog('Broker');
  private readonly file: AppendOnlyFile;
  private id = '';
  private last = 0;
  private reserved = 0;
  private outcomes = false;
  private opening: Promise<void> | undefined;
  private saving: Promise<void> | undefined;

  constructor(private readonly trail: string) {
    this.file = new AppendOnlyFile(`${trail}.id`);
  }

  /**
   * Reads the file of a predecessor, or begins a new id. A damaged file is kept under another name; then the
   * end of the trail gives the last sequence.
   *
   * @throws NodeJS.ErrnoException when the file can't be read or written
   */
  async open(): Promise<void> {
    this.opening ??= this.begin();
    try {
      await this.opening;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  /** The id itself; empty before it is opened. */
  get text(): string {
    return this.id;
  }

  /** Whether outcomes must lie beside the trail, as a broker has noted some before. */
  get hasOutcomes(): boolean {
    return this.outcomes;
  }

  /** Notes that there are outcomes beside the trail from now on. @throws NodeJS.ErrnoException */
  async outcomesNoted(): Promise<void> {
    if (this.outcomes) return;
    this.outcomes = true;
    await this.saving;
    await this.save(Math.max(this.reserved, this.last));
  }

  /** Requests as they are recorded next: with the trail's id and their place in it. */
  place(requests: readonly WriteRequest[]): WriteRequest[] {
    return requests.map((request) => {
      this.last = this.firstFree();
      return { ...request, trail_id: this.id, sequence: this.last };
    });
  }

  /**
   * Resolves when the sequences that were given out can't be given out again. Rarely waits for the disk. A
   * failure is only logged as a warning, as the trail's own lines keep the order.
   */
  async secure(): Promise<void> {
    if (this.last <= this.reserved - RESERVED_AHEAD / 2) return;
    this.saving ??= this.save(this.last + RESERVED_AHEAD)
      .catch((error: unknown) => {
        this.logger.warn('sequences of the trail could not be reserved', {
          file: this.file.path,
          error,
        });
      })
      .finally(() => (this.saving = undefined));
    if (this.last > this.reserved) await this.saving;
  }

  /** Gives back sequences that were reserved and not used. */
  async close(): Promise<void> {
    if (this.id === '') return;
    await this.saving;
    await this.save(this.last).catch((error: unknown) => {
      this.logger.warn('trail id could not be saved', { file: this.file.path, error });
    });
    await this.file.close();
  }

  private async begin(): Promise<void> {
    const noted = await this.read();
    const { trailId, sequence, newestMs: newestHere, isEmpty } = await endOfTrail(this.trail);
    this.id = noted?.trail_id ?? trailId ?? randomUUID();
    const given = lastGiven(noted?.reserved ?? 0, trailId === this.id ? sequence : 0);
    // Lines of releases without sequences sort by their time, under a clock that may have been ahead.
    const newestMs = Math.max(newestHere, await newestMoved(this.trail, noted?.savedMs));
    this.last = Math.max(given, newestMs <= HIGHEST ? newestMs : 0);
    if (this.last > HIGHEST) [this.id, this.last] = [randomUUID(), 0];
    // Brokers of releases before this file noted outcomes from their first start on.
    this.outcomes = noted ? noted.outcomes : !isEmpty;
    await this.save(this.firstFree() + RESERVED_AHEAD);
  }

  private firstFree(): number {
    return Math.max(this.last + 1, Date.now());
  }

  private async save(reserved: number): Promise<void> {
    const noted: Noted = { trail_id: this.id, reserved, outcomes: this.outcomes };
    await this.file.replace([JSON.stringify(noted)]);
    this.reserved = reserved;
  }

  private async read(): Promise<(Noted & { readonly savedMs: number }) | undefined> {
    const { path } = this.file;
    const text = await textIfThere(path);
    if (text === undefined) return undefined;
    const noted = parseNoted(text);
    if (noted) return { ...noted, savedMs: (await stat(path)).mtimeMs };
    const kept_as = await setAside(path);
    this.logger.error('id of the trail is damaged', { file: path, kept_as });
    return undefined;
  }
}

/**
 * The highest sequence that can have been given out. If the end of the trail has one, and the clock is past
 * it, it is that one; after a loss, or a step back of the clock, all reserved ones count as given out.
 */
function lastGiven(reserved: number, atEnd: number): number {
  const isTold = atEnd >= reserved - RESERVED_AHEAD && atEnd < Date.now();
  return isTold ? atEnd : Math.max(reserved, atEnd);
}

function parseNoted(text: string): Noted | undefined {
  try {
    const { trail_id, reserved, outcomes } = JSON.parse(text) as Partial<Noted>;
    const isUsable = isTrailId(trail_id) && (reserved === 0 || isSequence(reserved));
    return isUsable ? { trail_id, reserved, outcomes: outcomes === true } : undefined;
  } catch {
    return undefined;
  }
}
