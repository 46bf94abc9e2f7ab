import type { Held } from '../../report/held.js';
import type { Death, Returned } from '../../report/report.js';
import type { WriteReport } from '../../report/write-report.js';
import { type Delivery, isAway } from '../delivery/delivery.js';
import type { DeliveryQueue } from '../delivery/delivery-queue.js';
import { type FailureFacts, isOfOneWriter } from '../delivery/failed.js';
import type { Fleet } from '../delivery/fleet.js';
import { unreportedFailure } from '../delivery/handling-for.js';
import { refusalWait } from '../delivery/refusal-wait.js';
import type { WriterRegistry } from '../delivery/writer-registry.js';
import type { Ledger } from '../ledger/ledger.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import { now } from '../process/clock.js';
import { factsOf, leftForAnother, withFacts } from './failure-facts.js';
import type { Cancels } from './cancels.js';
import { type NotedChanges, isSame } from './noted-changes.js';
import type { PlaceWatch } from './place-watch.js';
import type { ReplacedFiles } from './replaced-files.js';

const DEAD_AS_WELL = 'the request to leave it is a dead letter of the queue as well';

/** What writers report of requests: it changes their deliveries, and tells what works and what does not. */
export class Reported {
  constructor(
    private readonly queue: DeliveryQueue<TrackedRequest>,
    private readonly ledger: Ledger,
    private readonly changes: NotedChanges,
    private readonly places: PlaceWatch,
    private readonly writers: WriterRegistry,
    private readonly replacedFiles: ReplacedFiles,
    private readonly cancels: Cancels,
    private readonly fleet: () => Fleet,
    private readonly keeps: boolean,
  ) {}

  /**
   * A writer reports what became of a request. It may be settled already: an outcome may come late, and differ.
   *
   * @returns whether it is news
   */
  async settle(id: string, attempt: number, writer: string, report: WriteReport): Promise<boolean> {
    const request = this.ledger.get(id);
    if (!request) return false;
    const { state } = report;
    const failure = factsOf(report.failure);
    const isForAnother = leftForAnother(report) || this.mayBeOfOneWriter(request, writer, failure);
    const time = this.changes.time();
    const event = { type: 'outcome', attempt, state, writer, failure, time, isForAnother } as const;
    // First: a broker that is killed now, and started again, has to know.
    const newer = state === 'written' ? this.ledger.settled.newerOf(request) : undefined;
    if (newer && !(await this.isRepeated(request, attempt, writer))) {
      await this.replacedFiles.replaced(newer);
    }
    const before = this.queue.has(request) ? request.delivery : undefined;
    const details = { writer, report: withFacts(report, before?.givenUp) };
    const isNews = before
      ? this.changes.apply(request, event, details)
      : await this.ledger.settled.overturn(request, event, details);
    if (isNews && before) this.learn(request, before, failure, writer, report);
    if (isNews) await this.replacedFiles.settled(request, state === 'written');
    return isNews;
  }

  /** A writer gives a request back. */
  returned({ writer_id: writer, request_id: id, attempt, reason = 'end' }: Returned): void {
    const request = this.ledger.get(id);
    if (!request || !this.queue.has(request)) return;
    const { keeps } = this;
    if (reason === 'end') {
      const event = { type: 'returned', writer, attempt, keeps } as const;
      const isBack = this.changes.apply(request, event, { writer });
      if (isBack) this.changes.tally.givenBack.add(reason);
      return;
    }
    const times = (request.delivery.refused?.times ?? 0) + 1;
    const time = now();
    const notBefore = time + refusalWait(times, this.writers.reporting);
    const leaseEnds = time + this.changes.lease;
    const [change] = this.queue.apply(
      request,
      { type: 'refused', writer, attempt, keeps, notBefore, leaseEnds },
      time,
    );
    if (!change) return;
    this.changes.tally.givenBack.add(reason);
    if (isAway(change.after)) this.changes.noteKeeping(request, change.before, change.after);
    else this.ledger.takeBack(request);
    this.changes.log.refused(request, writer, reason);
  }

  /** A writer's process died while it wrote a request. */
  died({ request_id: id, death_id: deathId, attempt }: Death): void {
    const request = this.ledger.get(id);
    if (!request || !this.queue.has(request)) return;
    if (!this.ledger.died(id, deathId)) return;
    this.changes.tally.deaths++;
    this.changes.apply(request, { type: 'died', attempt });
  }

  /** The queue gave a request up. @returns whether it is one of this broker */
  deadLettered(id: string, attempt: number): boolean {
    const request = this.ledger.get(id);
    if (!request) return false;
    if (!this.queue.has(request)) return true;
    const { delivery, live } = request;
    const failure = delivery.givenUp && (unreportedFailure(delivery) ?? live!.record.failure);
    const details = failure && { failure, noErrorFile: DEAD_AS_WELL };
    this.changes.apply(request, { type: 'dead-lettered', attempt, keeps: this.keeps }, details);
    return true;
  }

  /** A request was put back from the dead letters of the queue, and its writer gives it back to be sent anew. */
  async putBack({ request_id: id, attempt }: Returned): Promise<void> {
    const request = this.ledger.get(id);
    if (!request) return this.changes.log.notPutBack(id);
    const event = { type: 'put-back', attempt, now: now() } as const;
    if (this.queue.has(request)) {
      if (this.changes.apply(request, event)) this.changes.tally.givenBack.add('dead_letter');
      return;
    }
    const reopened = await this.ledger.settled.reopen(id, event);
    if (!reopened) return this.changes.log.notPutBack(id, request);
    this.changes.tally.givenBack.add('dead_letter');
    this.queue.add(reopened);
    this.changes.log.putBack(reopened);
  }

  /**
   * A writer names a request that it holds. This is not logged, as it happens with each heartbeat.
   *
   * @param type `taken`: it has taken it off the queue
   */
  named(writer: string, held: Held, type: 'named' | 'taken' = 'named'): void {
    const { request_id: id, attempt, state, waits_for: wait, bytes, rows, file_bytes = 0 } = held;
    const request = this.ledger.get(id);
    if (!request || this.cancels.has(request)) return;
    const time = now();
    const [change] = this.queue.apply(
      request,
      {
        type,
        writer,
        attempt,
        state,
        leaseEnds: time + this.changes.lease,
        wait,
        mark: `${bytes} ${rows} ${file_bytes}`,
        now: time,
      },
      time,
    );
    if (!change) return;
    const { before, after } = change;
    this.changes.noteKeeping(request, before, after);
    if (isSame(before, after) && before.holder === after.holder) {
      this.ledger.progress(request, writer, held);
    } else this.ledger.move(request, { writer, held });
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
}
