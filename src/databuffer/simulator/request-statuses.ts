import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

const MAX_KEPT = 1000;

/** The status of a reply in the binary protocol; `errors` where it was not complete. */
export interface RequestStatus {
  readonly state: 'answering' | 'done';
  readonly errors?: readonly string[];
}

/** Statuses of the latest requests, by the ids that the simulator gave them. */
@Injectable()
export class RequestStatuses {
  private readonly statuses = new Map<string, RequestStatus>();

  /** A reply begins. @returns its id */
  begin(): string {
    const id = randomUUID();
    this.statuses.set(id, { state: 'answering' });
    const [oldest] = this.statuses.keys();
    if (this.statuses.size > MAX_KEPT) this.statuses.delete(oldest);
    return id;
  }

  /** The reply is over. */
  end(id: string, ...errors: string[]): void {
    this.statuses.set(id, { state: 'done', ...(errors.length > 0 && { errors }) });
  }

  of(id: string): RequestStatus | undefined {
    return this.statuses.get(id);
  }
}
