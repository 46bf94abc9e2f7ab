import type { RotatedFile } from '../../audit/look-for-rotated.js';
import { looksWhole, piecesOf } from '../../audit/trail-pieces.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { LinePlace } from '../../audit/file-tail.js';
import type { Notes } from './past-notes.js';
import { patiently } from './patiently.js';
import type { RecordedLines } from './recorded-lines.js';
import { RecordedRequest } from './recorded-request.js';
import { visitRotated } from '../../audit/rotated-files.js';
import type { TrailDamage } from './trail-damage.js';
import { markOf } from './trail-mark.js';
import { factsOf, requestOn, requestToDeliver } from './trail-requests.js';

/** Requests without an outcome in a trail and its rotated files. */
export interface OpenPast {
  /** In the order in which they were recorded. */
  readonly requests: readonly RecordedRequest[];
  /** Those of them that are only in files that were moved away. */
  readonly moved: readonly RecordedRequest[];
  /** Marks of all files that were moved away by now: the next start need not read them. */
  readonly marks: readonly string[];
}

/** A search for open requests: for which ones, and where. */
export interface Search {
  readonly trail: string;
  /** Of the trail; open as long as the requests are to be read. */
  readonly lines: RecordedLines;
  readonly notes: Notes;
  readonly isSettled: (id: string) => boolean;
  /** Requests that are looked for in files as well that an earlier start had read. */
  readonly again: ReadonlySet<string>;
  /** Requests that failed and are tried again: looked for in those files only if they are in no other. */
  readonly healing: ReadonlySet<string>;
  /** Outcomes are lost: of what was moved away only requests count that were made since, in s. */
  readonly movedSince?: number;
  readonly damage: TrailDamage;
}

/**
 * The requests that were recorded and not settled, oldest first. They stand in the trail, in what
 * logrotate made of it since the last broker started, or that broker carried them over.
 */
export async function openRequests(search: Search): Promise<OpenPast> {
  const { trail, lines, notes, isSettled, damage, healing } = search;
  const found = new Map<string, RecordedRequest>();
  for (const request of notes.carried) {
    const facts = factsOf(request);
    if (!isSettled(facts.id)) found.set(facts.id, new RecordedRequest(facts, request));
  }
  const moved: RecordedRequest[] = [];
  let files = new MovedTrails(search);
  const visitMoved = (line: Buffer, file: string, position: number) => {
    const take = (record: Buffer) => {
      const facts = requestToDeliver(record, isSettled);
      if (facts === 'damaged') return false;
      const request = facts && files.counts(file, facts) ? requestOn(record) : undefined;
      if (request) found.set(facts!.id, new RecordedRequest(facts!, request));
      return true;
    };
    const isKnown = files.isKnown(file);
    recordsOf(line, take, (start, bytes) => {
      if (!isKnown) damage.note(file, position + start, bytes);
    });
  };
  const readMoved = async () => {
    const before = new Set(found.keys());
    await patiently(() => visitRotated(trail, visitMoved, (all) => files.select(all)));
    moved.push(...[...found.values()].filter(({ facts }) => !before.has(facts.id)));
  };
  await readMoved();
  const isWhole = await lines.visit((line, place) => {
    const take = (record: Buffer, start: number) => {
      const facts = requestToDeliver(record, isSettled);
      if (facts === 'damaged') return false;
      if (facts) found.set(facts.id, new RecordedRequest(facts, partOf(place, start, record)));
      return true;
    };
    recordsOf(line, take, (start, bytes) => damage.note(trail, place.position + start, bytes));
  });
  const missing = [...healing].filter((id) => !found.has(id));
  const isComplete = isWhole && missing.length === 0;
  // What was cut off meanwhile is in a copy now that was not there before.
  if (!isComplete) {
    files = new MovedTrails({ ...search, again: new Set([...search.again, ...missing]) });
    await readMoved();
  }
  const requests = [...found.values()];
  // Then what is in the trail now may have come before what the copy has.
  if (!isComplete) requests.sort((a, b) => a.facts.sortKey - b.facts.sortKey);
  return { requests, moved, marks: files.marks };
}

/** A request that stood in the trail before that was copied away and cut off (copytruncate). */
export async function requestMovedAway(
  trail: string,
  id: string,
): Promise<WriteRequest | undefined> {
  let found: WriteRequest | undefined;
  const take = (record: Buffer) => {
    const facts = requestToDeliver(record, (other) => other !== id);
    if (typeof facts === 'object') found = requestOn(record);
    return facts !== 'damaged';
  };
  await visitRotated(trail, (line) => recordsOf(line, take, () => undefined));
  return found;
}

/** Selects the rotated files of a trail that have to be read. */
class MovedTrails {
  private readonly known = new Set<string>();
  private readonly byFile = new Map<string, string>();

  constructor(private readonly search: Search) {}

  /** Those that the last start had not read, by what was recorded in them first. */
  async select(all: readonly RotatedFile[]): Promise<readonly RotatedFile[]> {
    this.byFile.clear();
    this.known.clear();
    const marked = [];
    for (const each of all) {
      const found = await markOf(each);
      if (!found) continue;
      this.byFile.set(each.file, found.mark);
      if (this.wasRead(each, found.mark)) this.known.add(each.file);
      marked.push({ ...each, sortKey: found.sortKey });
    }
    const { again } = this.search;
    return marked
      .filter(({ file }) => again.size > 0 || !this.known.has(file))
      .sort((a, b) => a.sortKey - b.sortKey);
  }

  get marks(): string[] {
    return [...this.byFile.values()];
  }

  isKnown(file: string): boolean {
    return this.known.has(file);
  }

  /** Whether a request that is found there is one to deliver. */
  counts(file: string, { id, accepted }: { readonly id: string; readonly accepted: number }) {
    const { again, movedSince = -Infinity } = this.search;
    return this.known.has(file) ? again.has(id) : accepted >= movedSince;
  }

  private wasRead({ written }: RotatedFile, mark: string): boolean {
    const { notes, movedSince } = this.search;
    if (movedSince !== undefined) return false;
    if (notes.known) return notes.known.includes(mark);
    // Of a release that noted a time. Without a note there was no broker whose requests could be open.
    return notes.started === undefined || written / 1000 < notes.started;
  }
}

/**
 * Visits the records of a line, and what is damaged between them: no bytes where a line end was lost.
 *
 * @param take whether it can be read
 */
function recordsOf(
  line: Buffer,
  take: (record: Buffer, start: number) => boolean,
  damaged: (start: number, bytes: Buffer) => void,
): void {
  if (looksWhole(line) && take(line, 0)) return;
  const pieces = piecesOf(line);
  for (const { start, length, isGlued } of pieces.records) {
    if (isGlued) damaged(start, line.subarray(start, start));
    take(line.subarray(start, start + length), start);
  }
  for (const { start, length } of pieces.damaged) {
    damaged(start, line.subarray(start, start + length));
  }
}

function partOf({ file, position }: LinePlace, start: number, { length }: Buffer): LinePlace {
  return { file, position: position + start, length };
}
