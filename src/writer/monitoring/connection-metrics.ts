import { labelled } from '../../monitoring/labelled.js';
import type { Metrics } from '../../monitoring/metrics.js';
import { addRejectedMessages } from '../../monitoring/rejected-messages.js';
import type { Fault } from '../../report/failure.js';
import type { WatchedWriter } from './watched-writer.js';

/** A refused folder is the fault of the request, or of a writer with other roots. */
const UNABLE_FAULTS: readonly Fault[] = ['source', 'folder', 'writer', 'request'];

/** Whether a writer has what it takes to work: a broker, and threads. */
export function addConnectionMetrics(metrics: Metrics, writer: WatchedWriter): void {
  const { stream, reporter, threads } = writer;
  metrics.gauge(
    {
      name: 'writer_stream_connected',
      help: '1 if requests can come: from a broker, or out of RabbitMQ.',
    },
    () => Number(stream.isConnected),
  );
  metrics.gauge(
    {
      name: 'writer_reports_connected',
      help: '1 if reports are taken, by a broker or RabbitMQ; an original broker never does.',
    },
    () => Number(reporter.isHeard),
  );
  metrics.gauge(
    { name: 'writer_threads', help: 'Worker threads by what they do.', labels: ['state'] },
    () => {
      const { busy, waiting, idle } = threads.counts();
      return labelled('state', [
        ['busy', busy],
        ['waiting', waiting],
        ['idle', idle],
      ]);
    },
  );
  metrics.gauge(
    { name: 'writer_concurrency', help: 'Requests that can be written at once.' },
    () => threads.counts().places,
  );
  metrics.counter(
    { name: 'writer_threads_lost_total', help: 'Worker threads that died.' },
    () => threads.counts().lost,
  );
  metrics.gauge(
    {
      name: 'writer_unable',
      help: 'Places where the writer can do nothing at present, and tries again, by what they are.',
      labels: ['fault'],
    },
    () => {
      const faults = writer.abilities.unable.map(({ faults = [] }) => faults[0]);
      return labelled(
        'fault',
        UNABLE_FAULTS.map((fault) => [fault, faults.filter((each) => each === fault).length]),
      );
    },
  );
  addRejectedMessages(metrics, () => stream.rejected);
}
