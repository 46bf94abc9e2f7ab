import { Injectable } from '@nestjs/common';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Outbox } from '../outbox/outbox.js';
import { counted } from './counted.js';

/** What the broker does, on one line for `systemctl status`. */
@Injectable()
export class StatusLine {
  constructor(
    private readonly outbox: Outbox,
    private readonly writers: WriterRegistry,
  ) {}

  get text(): string {
    if (!this.outbox.isStarted)
      return 'takes acquisitions; recovers requests from before the start';
    const { requests_queued: queued, requests_under_way: underWay } = this.outbox.counts();
    return (
      `delivers ${counted(queued + underWay, 'request')}, ${underWay} of them under way; ` +
      `${counted(this.writers.reporting, 'writer')} reporting`
    );
  }
}
