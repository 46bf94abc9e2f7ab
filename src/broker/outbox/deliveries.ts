import { Inject, Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { CLAIMS_S } from '../../report/claims.js';
import type { Handling } from '../../request/handling.js';
import { LANES, type Lane } from '../../request/lane.js';
import { type MessageServer, REPORT_SERVER } from '../../transport/message-server.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import type { DeliveryEvent } from '../delivery/delivery-event.js';
import { DeliveryQueue } from '../delivery/delivery-queue.js';
import { Fleet } from '../delivery/fleet.js';
import { handlingFor, unreportedFailure } from '../delivery/handling-for.js';
import { isUnreported } from '../delivery/failed.js';
import { patience } from '../delivery/kept.js';
import type { QueueOverview } from '../delivery/queue-overview.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Ledger } from '../ledger/ledger.js';
import type { ChangeDetails } from '../ledger/record-changes.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import { now } from '../process/clock.js';
import { Notices } from '../process/notices.js';
import { type CancelResult, Cancels } from './cancels.js';
import type { DeliveryTally } from './delivery-tally.js';
import { Intake } from './intake.js';
import { NotedChanges } from './noted-changes.js';
import { PlaceWatch } from './place-watch.js';
import { ReplacedFiles } from './replaced-files.js';
import { Reported } from './reported.js';
import { StallWatch } from './stall-watch.js';

const OLD_WRITER = 'a connected writer does not know how to leave an error file alone';

/** A request to send now, and how it is to be carried out where its writer is told. */
export interface ToSend {
  readonly request: TrackedRequest;
  readonly handling: Handling | undefined;
}

/** The requests that are not settled, or that heal. Each change of one is noted in the ledger and in the log. */
@Injectable()
export class Deliveries {
  private readonly queue = new DeliveryQueue<TrackedRequest>();
  private readonly changes: NotedChanges;
  private readonly places: PlaceWatch;
  private readonly stalls: StallWatch;
  private readonly replacedFiles: ReplacedFiles;
  private readonly cancels: Cancels;
  /** Takes requests in. */
  readonly intake: Intake;
  /** Takes what writers report. */
  readonly reported: Reported;
  /** The request that is being handed over: it is too late to cancel it. */
  inHand: TrackedRequest | undefined;
  /** Until then writers of a predecessor may say hello. */
  private writersExpectedUntil = -Infinity;
  /** Until then nothing follows from a writer's silence. */
  private deafUntil = -Infinity;

  constructor(
    private readonly settings: BrokerSettings,
    private readonly ledger: Ledger,
    @Inject(WORK_QUEUE) private readonly work: WorkQueue,
    @Inject(REPORT_SERVER) private readonly reports: Pick<MessageServer, 'isConnected'>,
    private readonly writers: WriterRegistry,
    notices: Notices,
  ) {
    const { queue } = this;
    const { keeps } = work.consumers;
    const lease = settings.reports === 'off' ? 0 : settings.lease;
    const changes = new NotedChanges(queue, ledger, { lease, healFor: settings.heal_for }, keeps);
    const places = new PlaceWatch(queue, notices);
    this.changes = changes;
    this.places = places;
    this.stalls = new StallWatch(queue, places, notices, settings.stall_after);
    this.replacedFiles = new ReplacedFiles(queue, ledger);
    this.cancels = new Cancels(queue, ledger);
    const firstLease = () => (work.consumers.mustReport ? this.claimsFor : lease);
    this.intake = new Intake(queue, ledger, changes, places, firstLease, keeps);
    this.reported = new Reported(
      queue,
      ledger,
      changes,
      places,
      writers,
      this.replacedFiles,
      this.cancels,
      () => this.fleet(),
      keeps,
    );
  }

  /** Whether the queue itself keeps each request until its outcome is reported. */
  get keeps(): boolean {
    return this.work.consumers.keeps;
  }

  /** How often requests did not go straight through. */
  get tally(): DeliveryTally {
    return this.changes.tally;
  }

  /** Seconds after which a request that no writer names may be sent again; 0: writers do not report. */
  get lease(): number {
    return this.changes.lease;
  }

  /** A predecessor had writers, which say hello before long. */
  expectWriters(): void {
    this.writersExpectedUntil = now() + this.claimsFor;
  }

  /** Recovers the doubts that a predecessor noted, once all open requests have been resumed. */
  resumeDoubts(): Promise<void> {
    return this.replacedFiles.resume();
  }

  /** A request was handed over; `attempt`: which sending that was. */
  sent({ request, handling }: ToSend, attempt: number): void {
    const { keeps } = this;
    const leaseEnds = now() + (keeps ? patience(this.lease) : this.lease);
    const kept = keeps ? { kept: true, attempt } : {};
    this.apply(request, { type: 'sent', leaseEnds, others: handling?.others, ...kept });
    if (request.live?.delivery.kept) this.ledger.keeping(request);
  }

  /** @returns whether something changed */
  apply(request: TrackedRequest, event: DeliveryEvent, details?: ChangeDetails): boolean {
    return this.changes.apply(request, event, details);
  }

  /** A writer ended, or is lost. */
  writerGone(writer: string): void {
    const leaseEnds = now() + patience(this.lease);
    this.changes.applyToAll({ type: 'writer-gone', writer, leaseEnds });
  }

  /** The queue has lost what it kept. @returns how many requests that was */
  queueLost(): number {
    return this.changes.applyToAll({ type: 'queue-lost', leaseEnds: now() + this.lease });
  }

  /**
   * Whether something follows from a writer's silence: where reports come by way of the queue, not while the queue is
   * away, and not until writers had the time to be heard again.
   */
  hears(): boolean {
    const time = now();
    const isAway = !this.work.isReady || !this.reports.isConnected;
    if (this.keeps && isAway) this.deafUntil = time + this.lease;
    return time >= this.deafUntil;
  }

  /** Time went by: leases may have run out, and requests may be due that failed. */
  tick(): void {
    const time = now();
    if (this.hears()) this.endLeases(time);
    this.queue.wakeDue(time);
    const fleet = this.fleet();
    this.stalls.look(time, fleet, (request, event) => this.apply(request, event));
    for (const request of this.queue.undecided()) {
      const { triedBy = [] } = request.delivery;
      if (fleet.others(triedBy) === 0) this.apply(request, { type: 'nobody-else' });
    }
    if (!fleet.allHeed) this.giveUpWithoutFile();
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
    const failure = unreportedFailure(delivery) ?? live!.record.failure;
    const givenUp = delivery.givenUp && failure && { ...failure, passes: delivery.givenUp.passes };
    return { request, handling: handlingFor(delivery, fleet, this.queue.isDown(request), givenUp) };
  }

  /** The writers at this moment. */
  fleet(): Fleet {
    const { consumers } = this.work;
    const { mustReport, tellsWhenDone, keeps } = consumers;
    const allReport = consumers.nonReporting === 0;
    const rules = {
      window: (places: number, lane: Lane) => consumers.window(places, lane),
      tellsWhenDone,
      keeps,
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

  /** Seconds for writers to claim what a predecessor had sent: they greet a broker that is connected to them. */
  private get claimsFor(): number {
    return this.keeps ? this.lease : Math.min(this.lease, CLAIMS_S);
  }

  private endLeases(time: number): void {
    const tick = (lane: Lane) => {
      const unnamed = this.work.consumers.unnamed(time, lane, patience(this.lease));
      return { type: 'tick', now: time, lease: this.lease, unnamed } as const;
    };
    if (!this.keeps) this.changes.applyToAll(tick('live'));
    else for (const lane of LANES) this.changes.applyToAll(tick(lane), lane);
  }

  /** Nobody can be asked to leave the error file of a request that no writer reported on. */
  private giveUpWithoutFile(): void {
    for (const request of this.queue.givenUp()) {
      if (!isUnreported(request.delivery.givenUp!)) continue;
      const failure = unreportedFailure(request.delivery);
      this.apply(
        request,
        { type: 'left-without', time: this.changes.time() },
        { failure, noErrorFile: OLD_WRITER },
      );
    }
  }
}
