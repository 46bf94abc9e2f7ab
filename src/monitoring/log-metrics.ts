import type { LogWriter } from '../logging/log-writer.js';
import type { Metrics } from './metrics.js';

/** Counts log lines that could not be written. */
export function addLogMetrics(metrics: Metrics, log: LogWriter): void {
  metrics.counter(
    {
      name: 'log_lines_lost_total',
      help: 'Log lines that were lost because standard error could not take them.',
    },
    () => log.linesLost,
  );
}
