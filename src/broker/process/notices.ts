import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

/** Something that happened to delivery as a whole, not to one request alone. */
export interface Notice {
  readonly kind: 'outage' | 'stall' | 'quarantine';
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Tells what happens to delivery as a whole, for GET /events. */
@Injectable()
export class Notices {
  private readonly happened = new Subject<Notice>();
  readonly all = this.happened.asObservable();

  tell(kind: Notice['kind'], facts: Notice['facts']): void {
    this.happened.next({ kind, facts: { time: Date.now() / 1000, ...facts } });
  }
}
