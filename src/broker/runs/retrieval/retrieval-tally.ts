import { Injectable } from '@nestjs/common';
import { CodeCounts } from '../../../monitoring/code-counts.js';
import { labelled } from '../../../monitoring/labelled.js';
import { Metrics } from '../../../monitoring/metrics.js';

/** What came of retrievals: accepted, answered as before, carried on for a predecessor, taken back. */
const RESULTS = ['accepted', 'repeated', 'resumed', 'undone'] as const;
type Result = (typeof RESULTS)[number];

/** Counts of retrievals since the process started. */
@Injectable()
export class RetrievalTally {
  private readonly results = new CodeCounts(RESULTS);

  constructor(metrics: Metrics) {
    metrics.counter(
      {
        name: 'broker_retrievals_total',
        help:
          'Calls of retrieve_from_buffers: accepted, answered as before (repeated), carried on where a ' +
          'predecessor ended (resumed), or taken back as they could not be recorded (undone).',
        labels: ['result'],
      },
      () => labelled('result', this.results),
    );
  }

  count(result: Result): void {
    this.results.add(result);
  }
}
