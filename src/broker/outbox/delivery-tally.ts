import { CodeCounts } from '../../monitoring/code-counts.js';
import { RETURN_REASONS } from '../../report/report.js';

/** How often requests did not go straight through, since the process started. */
export class DeliveryTally {
  /** Given back by writers, by reason. */
  readonly givenBack = new CodeCounts(RETURN_REASONS);
  /** Failed at a writer, and left to another one. */
  secondTries = 0;
  /** Deaths of writers, each for every request that was being written then. */
  deaths = 0;
  /** Lost by the queue that kept them. */
  lostByQueue = 0;
}
