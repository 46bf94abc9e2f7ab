import { Injectable } from '@nestjs/common';
import { CodeCounts } from '../../monitoring/code-counts.js';
import { labelled } from '../../monitoring/labelled.js';
import { Metrics } from '../../monitoring/metrics.js';
import { PLACE_KINDS, kindOf } from '../delivery/places.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Ledger } from '../ledger/ledger.js';
import { Deliveries } from '../outbox/deliveries.js';
import { type Notice, Notices } from '../process/notices.js';

/** What delivery deals with by itself: failures that heal, places that are down, stalls, writers that can't work. */
@Injectable()
export class TroubleMetrics {
  private readonly outages = new CodeCounts(PLACE_KINDS);
  private stalls = 0;
  private quarantines = 0;

  constructor(
    metrics: Metrics,
    ledger: Ledger,
    deliveries: Deliveries,
    writers: WriterRegistry,
    notices: Notices,
  ) {
    const { tally } = deliveries;
    notices.all.subscribe((notice) => this.note(notice));
    metrics.gauge(
      {
        name: 'broker_requests_healing',
        help: 'Requests that failed and are tried again by themselves; not among those by state.',
      },
      () => ledger.healing,
    );
    metrics.gauge(
      {
        name: 'broker_places_down',
        help: 'Data sources and folders where requests fail, so that others wait for them.',
        labels: ['kind'],
      },
      () => {
        const kinds = deliveries.placesDown.map(({ place }) => kindOf(place));
        return labelled(
          'kind',
          PLACE_KINDS.map((kind) => [kind, kinds.filter((each) => each === kind).length]),
        );
      },
    );
    metrics.counter(
      { name: 'broker_outages_total', help: 'Times that a place went down.', labels: ['kind'] },
      () => labelled('kind', this.outages),
    );
    metrics.gauge(
      {
        name: 'broker_requests_stalled',
        help: 'Requests that make no progress at a writer for --stall_after, also where another one has them now.',
      },
      () => deliveries.stalled().length,
    );
    metrics.counter(
      {
        name: 'broker_stalls_total',
        help: 'Times that a request made no progress at a writer for --stall_after.',
      },
      () => this.stalls,
    );
    metrics.gauge(
      {
        name: 'broker_writers_quarantined',
        help: 'Writers that get no requests, as they failed at what others can do.',
      },
      () => writers.quarantined.length,
    );
    metrics.counter(
      { name: 'broker_quarantines_total', help: 'Times that a writer was put into quarantine.' },
      () => this.quarantines,
    );
    metrics.counter(
      {
        name: 'broker_requests_given_back_total',
        help: 'Times that a writer gave a request back, by reason; only end is an attempt.',
        labels: ['reason'],
      },
      () => labelled('reason', tally.givenBack),
    );
    metrics.counter(
      {
        name: 'broker_second_tries_total',
        help: 'Failures that were left to another writer, as they may have been the own of the first.',
      },
      () => tally.secondTries,
    );
    metrics.counter(
      {
        name: 'broker_deaths_total',
        help: 'Requests that were being written when their writer died, each time.',
      },
      () => tally.deaths,
    );
  }

  private note({ kind, facts }: Notice): void {
    if (kind === 'stall') this.stalls++;
    else if (kind === 'quarantine') this.quarantines += Number(facts.quarantined === true);
    else if (facts.down === true) this.outages.add(kindOf(String(facts.place)));
  }
}
