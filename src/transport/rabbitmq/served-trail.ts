import { ReplaySubject } from 'rxjs';
import { TransportNotOpen } from '../errors.js';

/** The trail of a broker, and what its connections find out about the queues that keep its requests. */
export class ServedTrail {
  private readonly lost = new ReplaySubject<void>(1);
  readonly losses = this.lost.asObservable();
  private trailId: string | undefined;

  set(trailId: string): void {
    this.trailId = trailId;
  }

  /** @throws TransportNotOpen before it was set */
  get id(): string {
    if (this.trailId === undefined) throw new TransportNotOpen('RabbitMQ');
    return this.trailId;
  }

  /** What RabbitMQ kept is gone. */
  lose(): void {
    this.lost.next();
  }
}
