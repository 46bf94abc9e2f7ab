import type { TrailId } from '../../audit/trail-id.js';
import { EventLog } from '../../logging/event-log.js';
import { YOUNG_S, withheldOf } from './withheld.js';
import { openRequests } from './open-requests.js';
import type { NoteLine } from '../../audit/outcome-line.js';
import type { OutcomesFile } from './outcomes-file.js';
import type { RecordedLines } from './recorded-lines.js';
import type { RecordedRequest } from './recorded-request.js';
import type { RequestIndex } from './request-index.js';
import { TrailDamage } from './trail-damage.js';

/** A request that was not settled when the broker started, and how often it had been sent. */
export interface OpenRequest {
  readonly recorded: RecordedRequest;
  readonly sent: number;
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
    isSettled: (each) => index.get(each) !== undefined && !again.has(each),
    again,
    movedSince: areLost ? (recoverAll ? -Infinity : now - YOUNG_S) : undefined,
    damage,
  });
  await damage.tell();
  const withheld = withholds ? withheldOf(found.requests, now) : new Set<RecordedRequest>();
  if (areLost) tellLost(outcomes.path, found.requests, withheld.size);
  return {
    open: found.requests
      .filter((recorded) => !withheld.has(recorded))
      .map((recorded) => ({ recorded, sent: notes.sent.get(recorded.facts.id) ?? 0 })),
    withheld: [...withheld],
    notes: [
      ...found.moved.map((recorded) => ({ carried: recorded.read()! })),
      // A start that has not recovered them any more must go on with them.
      ...found.requests
        .filter(({ facts }) => again.has(facts.id))
        .map(({ facts }) => ({ recovered: facts.id })),
      { started: lines.lastWritten, known: found.marks },
    ],
    hello: notes.hello,
    doubted: notes.doubted,
    damagedParts: damage.size,
  };
}

function tellLost(file: string, found: readonly RecordedRequest[], withheld: number): void {
  const requests = found.filter(({ facts }) => facts.dispatch).length;
  if (requests === 0) return;
  const message = 'outcomes of the trail are lost, so it is unknown which requests are done';
  new EventLog('Broker').warn(message, { file, requests, requests_withheld: withheld });
}
