import { Inject, Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { CLAIMS_S } from '../../report/claims.js';
import type { Failure } from '../../report/failure.js';
import type { Held } from '../../report/held.js';
import type { Death, Returned } from '../../report/report.js';
import type { WriteReport } from '../../report/write-report.js';
import type { Handling } from '../../request/handling.js';
import type { Lane } from '../../request/lane.js';
import type { WriteRequest } from '../../request/write-request.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { now } from '../process/clock.js';
import { Notices } from '../process/notices.js';
import { ACCEPTED, type Delivery, isDeadly, isHealing, isOver } from '../delivery/delivery.js';
import type { DeliveryEvent, EventForAll } from '../delivery/delivery-event.js';
import { type DeliveryChange, DeliveryQueue } from '../delivery/delivery-queue.js';
import {
  DEADLY,
  type FailureFacts,
  type FailureTime,
  type Healing,
  isOfOneWriter,
} from '../delivery/failed.js';
import { Fleet } from '../delivery/fleet.js';
import { WRITER_LOST, handlingFor, writerLost } from '../delivery/handling-for.js';
import type { QueueOverview } from '../delivery/queue-overview.js';
import { refusalWait } from '../delivery/refusal-wait.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Ledger } from '../ledger/ledger.js';
import type { LeftHealing, OpenRequest } from '../ledger/past.js';
import type { ChangeDetails } from '../ledger/record-changes.js';
import type { RecordedRequest } from '../ledger/recorded-request.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import { type CancelResult, Cancels } from './cancels.js';
import { ChangeLog } from './change-log.js';
import { DeliveryTally } from './delivery-tally.js';
import { PlaceWatch } from './place-watch.js';
import { ReplacedFiles } from './replaced-files.js';
import { StallWatch } from './stall-watch.js';

/** Seconds for which a data source can ask to be left alone. */
const LONGEST_RETRY_AFTER_S = 900;
const OLD_WRITER = 'a connected writer does not know how to leave an error file alone';

type Change = DeliveryChange<TrackedRequest>;

/** A request to send now, and how it is to be carried out where its writer is told. */
export interface ToSend {
  readonly request: TrackedRequest;
  readonly handling: Handling | undefined;
}

/** The requests that are not settled, or that heal. Each change of one is noted in the ledger and in the log. */
@Injectable()
export class Deliveries {
  private readonly log = new ChangeLog();
  private readonly queue = new DeliveryQueue<TrackedRequest>();
  private readonly places: PlaceWatch;
  private readonly stalls: StallWatch;
  private readonly replacedFiles: ReplacedFiles;
  private readonly cancels: Cancels;
  /** The request that is being handed over: it is too late to cancel it. */
  inHand: TrackedRequest | undefined;

  /** How often requests did not go straight through. */
  readonly tally = new DeliveryTally();
  /** Until then writers of a predecessor may say hello. */
  private writersExpectedUntil = -Infinity;

  /** Seconds after which a request that no writer names may be sent again; 0: writers do not report. */
  readonly lease: number;

  constructor(
    private readonly settings: BrokerSettings,
    private readonly ledger: Ledger,
    @Inject(WORK_QUEUE) private readonly work: WorkQueue,
    private readonly writers: WriterRegistry,
    notices: Notices,
  ) {
    const { queue } = this;
    this.lease = settings.reports === 'off' ? 0 : settings.lease;
    this.places = new PlaceWatch(queue, notices);
    this.stalls = new StallWatch(queue, this.places, notices, settings.stall_after);
    this.replacedFiles = new ReplacedFiles(queue, ledger);
    this.cancels = new Cancels(queue, ledger);
  }

  /** Takes in a request that has just been recorded; `request`: the whole of it, if it is at hand. */
  add(recorded: RecordedRequest, request?: WriteRequest): void {
    this.take(recorded, ACCEPTED, true, request);
    this.endHealingOfReplayed(recorded);
  }

  /** Takes in a request that a predecessor left open, or healing. */
  resume({ recorded, sent, deaths, healing: left }: OpenRequest): void {
    const heals = left !== undefined && this.settings.heal_for > 0;
    const more = {
      ...(deaths > 0 && { deaths }),
      // It was given up before: one death more ends the next try.
      ...(left && isDeadly({ deaths }) && { givenUpAt: deaths + 1 }),
      ...(heals && { healing: resumedHealing(left, this.settings.heal_for) }),
    };
    if (sent > 0) {
      const { mustReport } = this.work.consumers;
      const leaseEnds = now() + (mustReport ? Math.min(this.lease, CLAIMS_S) : this.lease);
      this.take(recorded, { state: 'sent', attempt: sent, leaseEnds, ...more });
    } else if (left) {
      this.take(recorded, { state: 'failed', attempt: left.attempt, ...more });
      if (heals) this.resumeTrouble(recorded.facts.id);
    } else this.take(recorded, { ...ACCEPTED, ...more });
    this.endHealingOfReplayed(recorded);
  }

  /** A predecessor had writers, which say hello before long. */
  expectWriters(): void {
    this.writersExpectedUntil = now() + Math.min(this.lease, CLAIMS_S);
  }

  /** Recovers the doubts that a predecessor noted, once all open requests have been resumed. */
  resumeDoubts(): Promise<void> {
    return this.replacedFiles.resume();
  }

  /** A request was handed over. */
  sent({ request, handling }: ToSend): void {
    const leaseEnds = now() + this.lease;
    this.apply(request, { type: 'sent', leaseEnds, others: handling?.others });
  }

  /** @returns whether something changed */
  apply(request: TrackedRequest, event: DeliveryEvent, details: ChangeDetails = {}): boolean {
    const changes = this.queue.apply(request, event, now());
    for (const change of changes) this.note(change, change.request === request ? details : {});
    return changes.length > 0;
  }

  applyToAll(event: EventForAll): void {
    for (const change of this.queue.applyToAll(event, now())) this.note(change, {});
  }

  /** Time went by: leases may have run out, and requests may be due that failed. */
  tick(): void {
    const time = now();
    const unnamed = this.work.consumers.unnamed(time);
    this.applyToAll({ type: 'tick', now: time, lease: this.lease, unnamed });
    this.queue.wakeDue(time);
    const fleet = this.fleet();
    this.stalls.look(time, fleet, (request, event) => this.apply(request, event));
    for (const request of this.queue.undecided()) {
      const { triedBy = [] } = request.delivery;
      if (fleet.others(triedBy) === 0) this.apply(request, { type: 'nobody-else' });
    }
    if (!fleet.allHeed) this.giveUpWithoutFile();
  }

  /** As `apply`, also to a request that is settled: an outcome may come late, and differ. @returns whether it is news */
  async settle(id: string, attempt: number, writer: string, report: WriteReport): Promise<boolean> {
    const request = this.ledger.get(id);
    if (!request) return false;
    const { state } = report;
    const failure = factsOf(report.failure);
    const isForAnother = leftForAnother(report) || this.mayBeOfOneWriter(request, writer, failure);
    const time = this.time();
    const event = { type: 'outcome', attempt, state, writer, failure, time, isForAnother } as const;
    // First: a broker that is killed now, and started again, has to know.
    const newer = state === 'written' ? this.ledger.newerOf(request) : undefined;
    if (newer && !(await this.isRepeated(request, attempt, writer))) {
      await this.replacedFiles.replaced(newer);
    }
    const before = this.queue.has(request) ? request.delivery : undefined;
    const details = { writer, report: withFacts(report, before?.givenUp) };
    const isNews = before
      ? this.apply(request, event, details)
      : await this.ledger.overturn(request, event, details);
    if (isNews && before) this.learn(request, before, failure, writer, report);
    if (isNews) await this.replacedFiles.settled(request, state === 'written');
    return isNews;
  }

  /** A writer gives a request back. */
  returned({ writer_id: writer, request_id: id, attempt, reason = 'end' }: Returned): void {
    const request = this.ledger.get(id);
    if (!request || !this.queue.has(request)) return;
    if (reason === 'end') {
      const isBack = this.apply(request, { type: 'returned', writer, attempt }, { writer });
      if (isBack) this.tally.givenBack.add(reason);
      return;
    }
    const times = (request.delivery.refused?.times ?? 0) + 1;
    const notBefore = now() + refusalWait(times, this.writers.reporting);
    const [change] = this.queue.apply(
      request,
      { type: 'refused', writer, attempt, notBefore },
      now(),
    );
    if (!change) return;
    this.tally.givenBack.add(reason);
    this.ledger.takeBack(request);
    this.log.refused(request, writer, reason);
  }

  /** A writer's process died while it wrote a request. */
  died({ request_id: id, death_id: deathId, attempt }: Death): void {
    const request = this.ledger.get(id);
    if (!request || !this.queue.has(request)) return;
    if (!this.ledger.died(id, deathId)) return;
    this.tally.deaths++;
    this.apply(request, { type: 'died', attempt });
  }

  /** A writer names a request that it holds. This is not logged, as it happens with each heartbeat. */
  named(writer: string, held: Held): void {
    const { request_id: id, attempt, state, waits_for: wait, bytes, rows, file_bytes = 0 } = held;
    const request = this.ledger.get(id);
    if (!request || this.cancels.has(request)) return;
    const time = now();
    const [change] = this.queue.apply(
      request,
      {
        type: 'named',
        writer,
        attempt,
        state,
        leaseEnds: time + this.lease,
        wait,
        mark: `${bytes} ${rows} ${file_bytes}`,
        now: time,
      },
      time,
    );
    if (!change) return;
    const { before, after } = change;
    if (isSame(before, after) && before.holder === after.holder) {
      this.ledger.progress(request, writer, held);
    } else this.ledger.move(request, { writer, held });
  }

  /**
   * Cancels a request that waits, or heals; it is on disk when this resolves.
   *
   * @throws OutcomeNotSaved; then nothing has changed
   */
  async cancel(request: TrackedRequest): Promise<CancelResult> {
    return request === this.inHand ? 'under_way' : this.cancels.cancel(request);
  }

  /** The request to send next; undefined while none may be sent. */
  nextToSend(): ToSend | undefined {
    const fleet = this.fleet();
    const request = this.queue.nextToSend(fleet, now());
    if (!request) return undefined;
    const { delivery, live } = request;
    const failure = delivery.givenUp?.isDeadly
      ? writerLost(delivery.deaths ?? 0)
      : live!.record.failure;
    const givenUp = delivery.givenUp && failure && { ...failure, passes: delivery.givenUp.passes };
    return { request, handling: handlingFor(delivery, fleet, this.queue.isDown(request), givenUp) };
  }

  /** The writers at this moment. */
  fleet(): Fleet {
    const { consumers } = this.work;
    const { mustReport, tellsWhenDone } = consumers;
    const allReport = consumers.nonReporting === 0;
    const rules = {
      window: (places: number) => consumers.window(places),
      tellsWhenDone,
      allReport,
      keepsOrder: !mustReport && !(tellsWhenDone && allReport),
      mayGrow: now() < this.writersExpectedUntil,
    };
    const { load, unplaced } = this.queue.counts;
    return new Fleet(this.writers.fleet(), rules, load, unplaced);
  }

  /** What waits, runs and heals, for metrics and health. */
  get requests(): QueueOverview<TrackedRequest> {
    return this.queue.overview;
  }

  /** Places that are down, and why. */
  get placesDown(): PlaceWatch['down'] {
    return this.places.down;
  }

  /** Requests that make no progress at their writers, or made none at one before. */
  stalled(): readonly TrackedRequest[] {
    return this.queue.overview.stalledAnywhere(now(), this.settings.stall_after);
  }

  /** Requests that failed, and of which no writer is there to leave the error file. */
  get withoutErrorFile(): readonly TrackedRequest[] {
    const givenUp = this.queue.givenUp();
    return givenUp.length > 0 && this.fleet().others([]) > 0 ? [] : givenUp;
  }

  /** Seconds since the oldest open request of a lane was accepted; 0 without one. */
  oldestAge(lane: Lane): number {
    const oldest = this.queue.overview.oldest(lane);
    return oldest ? Math.max(Date.now() / 1000 - oldest.accepted, 0) : 0;
  }

  /** What is down was down for the predecessor, unless a request comes through now. */
  private resumeTrouble(id: string): void {
    const request = this.ledger.get(id)!;
    const { failure } = request.live!.record;
    const facts = factsOf(failure);
    if (facts) this.places.failed(request, facts, failure!.message, now());
  }

  private endHealingOfReplayed({ facts: { replayOf } }: RecordedRequest): void {
    const replayed = replayOf === undefined ? undefined : this.ledger.get(replayOf);
    if (replayed) this.apply(replayed, { type: 'replayed' });
  }

  private take(
    recorded: RecordedRequest,
    delivery: Delivery,
    isNew = false,
    request?: WriteRequest,
  ): void {
    if (!recorded.facts.dispatch) {
      this.ledger.accept(recorded, { state: 'recorded', attempt: 0 }, request);
      return;
    }
    const entry = this.ledger.accept(recorded, delivery, request);
    if (!isOver(delivery)) this.queue.add(entry, isNew);
  }

  /** Whether a failure for good may be that of its writer alone, and others are there that have not tried it. */
  private mayBeOfOneWriter(
    request: TrackedRequest,
    writer: string,
    failure: FailureFacts | undefined,
  ): boolean {
    if (!failure || !isOfOneWriter(failure) || !this.queue.has(request)) return false;
    return this.fleet().others([...(request.delivery.triedBy ?? []), writer]) > 0;
  }

  /** What an outcome tells of places and writers. */
  private learn(
    request: TrackedRequest,
    before: Delivery,
    failure: FailureFacts | undefined,
    writer: string,
    report: WriteReport,
  ): void {
    this.places.learn(request, report);
    const { state } = request;
    const facts = before.givenUp ?? failure;
    if (state === 'failed' && facts) {
      this.places.failed(request, facts, report.failure?.message ?? '', now());
    }
    if (state !== 'written') return;
    const { stalledAt = [], triedBy = [] } = before;
    const failed = triedBy.filter((name) => name !== writer && !stalledAt.includes(name));
    this.writers.wrote(writer, failed);
  }

  /** Nobody can be asked to leave the error file of a request that writers died of. */
  private giveUpWithoutFile(): void {
    for (const request of this.queue.givenUp()) {
      if (!request.delivery.givenUp!.isDeadly) continue;
      const failure = writerLost(request.delivery.deaths ?? 0);
      this.apply(
        request,
        { type: 'left-without', time: this.time() },
        { failure, noErrorFile: OLD_WRITER },
      );
    }
  }

  /** Whether this outcome of a settled request was reported before: a writer may report it twice. */
  private async isRepeated(
    request: TrackedRequest,
    attempt: number,
    writer: string,
  ): Promise<boolean> {
    if (this.queue.has(request)) return false;
    const record = await this.ledger.lookup.record(request.id);
    return record?.attempt === attempt && record.writer_id === writer;
  }

  private note({ request, before, after }: Change, details: ChangeDetails): void {
    if (after.waitsFor !== undefined) return this.ledger.wait(request, after.waitsFor);
    if (isSame(before, after)) return;
    if (after.undecided && after.undecided !== before.undecided) this.tally.secondTries++;
    const { due } = after.healing ?? {};
    const nextAttempt =
      isHealing(after) && due !== undefined ? Date.now() / 1000 + due - now() : undefined;
    const head = this.ledger.move(request, { ...details, nextAttempt });
    this.log.note(head, before, after, details, this.queue.isDown(request));
  }

  private time(): FailureTime {
    const { heal_for: healFor } = this.settings;
    return { now: now(), date: Date.now() / 1000, lease: this.lease, healFor };
  }
}

/** Whether nothing changed that anybody is told of. */
function isSame(before: Delivery, after: Delivery): boolean {
  return (
    before.state === after.state &&
    before.attempt === after.attempt &&
    isHealing(before) === isHealing(after)
  );
}

/** What decides about a failure; undefined where its writer does not say, as those of releases before. */
function factsOf(failure: Failure | undefined): FailureFacts | undefined {
  if (failure?.code === WRITER_LOST) return DEADLY;
  if (failure?.faults === undefined && failure?.passes === undefined) return undefined;
  const { faults = [], passes = false, retry_after: retryAfter } = failure;
  return { faults, passes, retryAfter: retryAfter && Math.min(retryAfter, LONGEST_RETRY_AFTER_S) };
}

/** A writer that only leaves the error file knows no more of the failure than what it is to write there. */
function withFacts(report: WriteReport, givenUp: FailureFacts | undefined): WriteReport {
  const { failure } = report;
  if (!givenUp || !failure) return report;
  const { faults, passes } = givenUp;
  return { ...report, failure: { faults, passes, ...failure } };
}

/** Whether the writer left no error file, and could have. */
function leftForAnother({ state, error_file: left, no_error_file: problem }: WriteReport): boolean {
  return state === 'failed' && left === undefined && problem === undefined;
}

/** In the events' clock, from what stands on disk: a clock that was set meanwhile makes no wait longer. */
function resumedHealing({ since, failures, nextAttempt }: LeftHealing, healFor: number): Healing {
  const [time, date] = [now(), Date.now() / 1000];
  const within = (seconds: number, longest: number) => Math.min(Math.max(seconds, 0), longest);
  return {
    since,
    failures,
    ends: time + within(since + healFor - date, healFor),
    due: time + within(nextAttempt - date, LONGEST_RETRY_AFTER_S),
  };
}
