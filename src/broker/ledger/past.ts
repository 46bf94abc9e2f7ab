import type { TrailId } from '../../audit/trail-id.js';
import { EventLog } from '../../logging/event-log.js';
import type { Fault } from '../../report/failure.js';
import { YOUNG_S, withheldOf } from './withheld.js';
import { openRequests } from './open-requests.js';
import { type HealingNote, type NoteLine, healingNote } from '../../audit/outcome-line.js';
import type { HealingPast } from './healing-past.js';
import type { OutcomesFile } from './outcomes-file.js';
import type { Notes } from './past-notes.js';
import type { RecordedLines } from './recorded-lines.js';
import type { RecordedRequest } from './recorded-request.js';
import type { RequestIndex } from './request-index.js';
import { TrailDamage } from './trail-damage.js';

/** A request that was not settled when the broker started, or failed and was to be tried again. */
export interface OpenRequest {
  readonly recorded: RecordedRequest;
  /** How often it had been sent; 0 where it has failed since. */
  readonly sent: number;
  /** Whether the queue had it; undefined where that is not known. */
  readonly kept?: boolean;
  /** How often writers had died while they wrote it. */
  readonly deaths: number;
  /** Where it was tried again by itself. */
  readonly healing?: LeftHealing;
}

/** How far the healing of a request had come. Times in seconds since the epoch. */
export interface LeftHealing {
  /** When it failed for the first time. */
  readonly since: number;
  readonly failures: number;
  /** Of its last failure. */
  readonly faults: readonly Fault[];
  /** Which sending failed last. */
  readonly attempt: number;
  /** When it is tried again at the latest, if it has not been sent since. */
  readonly nextAttempt: number;
}

/** The requests that predecessors left. */
export interface Past {
  /** To be delivered, in the order in which they were recorded. */
  readonly open: readonly OpenRequest[];
  /** Not to be sent, as the outcomes were lost. */
  readonly withheld: readonly RecordedRequest[];
  /** Notes for the outcomes file, once the withheld requests are in it: that all of this is known. */
  readonly notes: readonly NoteLine[];
  /** A writer that said hello on this trail. */
  readonly hello: string | undefined;
  /** All that is known of the requests that were to be tried again. */
  readonly healing: ReadonlyMap<string, HealingPast>;
  /** Requests that are sent again once they are written, as an older one may have replaced their file. */
  readonly doubted: ReadonlySet<string>;
  /** Parts of trails that could not be read. */
  readonly damagedParts: number;
}

/** Where the past is read from. */
export interface PastSources {
  readonly trail: string;
  readonly lines: RecordedLines;
  readonly outcomes: OutcomesFile;
  /** Receives the settled requests. */
  readonly index: RequestIndex;
  /** Without one lost outcomes are not noticed. */
  readonly id?: TrailId;
  /** Whether requests are sent that were withheld as outcomes were lost. */
  readonly recoverAll: boolean;
}

/** @throws PastUnreadable, or NodeJS.ErrnoException when the trail can't be read */
export async function readPast(sources: PastSources): Promise<Past> {
  const { trail, lines, outcomes, index, id, recoverAll } = sources;
  const notes = await outcomes.open();
  const now = Date.now() / 1000;
  const areLost = notes.isEmpty && id?.hasOutcomes === true;
  const withholds = areLost && !recoverAll;
  const again = new Set(recoverAll ? index.withheld().map((entry) => entry.id) : []);
  const damage = new TrailDamage(trail);
  const found = await openRequests({
    trail,
    lines,
    notes,
    isSettled: (each) =>
      index.get(each) !== undefined && !again.has(each) && !notes.healing.has(each),
    again,
    healing: new Set(notes.healing.keys()),
    movedSince: areLost ? (recoverAll ? -Infinity : now - YOUNG_S) : undefined,
    damage,
  });
  await damage.tell();
  const healing = new Map(notes.healing);
  const lost = new Set(healing.keys());
  for (const { facts } of found.requests) lost.delete(facts.id);
  for (const id of lost) healing.delete(id);
  const withheld = withholds ? withheldOf(found.requests, now) : new Set<RecordedRequest>();
  if (areLost) tellLost(outcomes.path, found.requests, withheld.size);
  return {
    open: found.requests
      .filter((recorded) => !withheld.has(recorded))
      .map((recorded) => openRequest(recorded, notes)),
    withheld: [...withheld],
    notes: [
      ...found.moved.map((recorded) => ({ carried: recorded.read()! })),
      // A start that has not recovered them any more must go on with them.
      ...found.requests
        .filter(({ facts }) => again.has(facts.id))
        .map(({ facts }) => ({ recovered: facts.id })),
      ...[...lost]
        .map((id) => notes.healing.get(id)!)
        .filter(({ record }) => record.next_attempt! < now - YOUNG_S)
        .map((past) => endOf(past)),
      { started: lines.lastWritten, known: found.marks },
    ],
    hello: notes.hello,
    healing,
    doubted: notes.doubted,
    damagedParts: damage.size,
  };
}

function openRequest(recorded: RecordedRequest, notes: Notes): OpenRequest {
  const { id } = recorded.facts;
  const past = notes.healing.get(id)?.record;
  return {
    recorded,
    sent: notes.sent.get(id) ?? 0,
    kept: notes.kept.get(id),
    deaths: Math.max(notes.deaths.get(id) ?? 0, past?.deaths ?? 0),
    healing: past && {
      since: past.first_failed ?? past.time,
      failures: past.failures ?? 1,
      faults: past.failure?.faults ?? [],
      attempt: past.attempt,
      nextAttempt: past.next_attempt!,
    },
  };
}

/** In no trail for long, as one that is just being packed may be: the next start need not look for it. */
function endOf({ record, told }: HealingPast): HealingNote {
  return { ...healingNote(record, told), next_attempt: undefined };
}

function tellLost(file: string, found: readonly RecordedRequest[], withheld: number): void {
  const requests = found.filter(({ facts }) => facts.dispatch).length;
  if (requests === 0) return;
  const message = 'outcomes of the trail are lost, so it is unknown which requests are done';
  new EventLog('Broker').warn(message, { file, requests, requests_withheld: withheld });
}
