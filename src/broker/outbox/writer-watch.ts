import { Inject, Injectable } from '@nestjs/common';
import { EventLog } from '../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { now } from '../process/clock.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Deliveries } from './deliveries.js';

/** Lines a minute on writers that are lost. */
const MAX_LINES = 100;

/** Watches the writers: which are connected, which report, and which fail to although they should. */
@Injectable()
export class WriterWatch {
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle();
  private readonly losses = new LogThrottle(60_000, MAX_LINES);

  constructor(
    @Inject(WORK_QUEUE) private readonly queue: WorkQueue,
    private readonly deliveries: Deliveries,
    private readonly writers: WriterRegistry,
  ) {}

  /** Notices writers that came, went, or stopped sending heartbeats. To be called at short intervals. */
  look(): void {
    const time = now();
    const { consumers } = this.queue;
    consumers.look(time);
    if (this.deliveries.hears()) this.noteLapsed(time);
    const withoutHello = consumers.withoutHello(time);
    if (withoutHello > 0) this.warn(withoutHello);
  }

  private noteLapsed(time: number): void {
    let holders: ReadonlyMap<string, number> = new Map();
    const lapsed = this.writers.lapsed(time, () => (holders = this.deliveries.requests.heldBy()));
    for (const writer of lapsed) {
      const heldBack = this.losses.pass('lost');
      if (heldBack !== undefined) {
        const facts = { writer_id: writer, ...notLoggedBefore(heldBack) };
        this.logger.warn('writer lost, no heartbeat', facts);
      }
      if (holders.has(writer)) this.deliveries.writerGone(writer);
    }
  }

  private warn(writers: number): void {
    const heldBack = this.throttle.pass('without hello');
    if (heldBack === undefined) return;
    this.logger.warn('connected writers never said hello; requests that they may have taken wait', {
      writers,
      requests: this.deliveries.requests.waitingBy().get('silent_writer'),
      ...this.queue.consumers.advice,
      ...notLoggedBefore(heldBack),
    });
  }
}
