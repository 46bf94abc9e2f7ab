import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Ledger } from '../ledger/ledger.js';
import type { RequestChange } from '../ledger/request-changes.js';
import type { WriteRequest } from '../../request/write-request.js';
import { RequestExchange } from '../runs/hand-on/request-exchange.js';
import { facilityRequest } from './facility-request.js';
import { StatusExchange } from './status-exchange.js';
import { announcement, statusMessage } from './status-message.js';
import { type Telling, ToldLives } from './told-lives.js';

/** Tells the facility's listeners of requests, whichever queue carries them. */
@Injectable()
export class Listeners implements OnApplicationBootstrap {
  private readonly lives = new ToldLives();
  /** Those whose request has to be looked for, one after another. */
  private late: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: Ledger,
    private readonly exchange: StatusExchange,
    requests: RequestExchange,
  ) {
    requests.handedOn.subscribe((request) => this.exchange.publish(announcement(request)));
    ledger.changes.subscribe({
      next: (change) => this.note(change),
      // Not before: requests change until the very end.
      complete: () => void this.end(),
    });
  }

  onApplicationBootstrap(): void {
    void this.exchange.connect();
  }

  private async end(): Promise<void> {
    await this.late;
    await this.exchange.close();
  }

  // It never throws: nothing that goes wrong here is to touch the request.
  private note(change: RequestChange): void {
    const tellings = this.lives.next(change);
    if (tellings.length === 0) return;
    const { request_id: id, cancelled = false } = change.head;
    try {
      // The line of one that is cancelled is let go of before.
      const entry = cancelled ? undefined : this.ledger.get(id);
      const request = entry && this.ledger.texts.read(entry);
      if (request) this.tell(id, request, tellings);
      else this.late = this.tellLate(id, tellings);
    } catch (error) {
      this.exchange.drop(tellings.length, error);
    }
  }

  /** The request is settled, so that it has to be looked for in the trail. Never rejects. */
  private async tellLate(
    id: string,
    tellings: readonly Telling[],
    before = this.late,
  ): Promise<void> {
    await before;
    try {
      const request = await this.ledger.texts.search(id);
      if (request) this.tell(id, request, tellings);
      else this.exchange.drop(tellings.length, 'its request is not in the trail any more');
    } catch (error) {
      this.exchange.drop(tellings.length, error);
    }
  }

  private tell(id: string, request: WriteRequest, tellings: readonly Telling[]): void {
    const known = facilityRequest(request);
    for (const telling of tellings) this.exchange.publish(statusMessage(id, known, telling));
  }
}
