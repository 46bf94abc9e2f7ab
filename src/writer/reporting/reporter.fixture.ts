import { loadSettings } from '../../config/load-settings.js';
import { WriterSettings } from '../../config/writer-settings.js';
import { ZmqReportChannel } from '../../transport/zmq/zmq-report-channel.js';
import { Reporter } from './reporter.js';

/** A reporter over real sockets. */
export function reporterFor(flags: Readonly<Record<string, unknown>>): Reporter {
  const settings = loadSettings(WriterSettings, { flags, environment: {} });
  return new Reporter(settings, new ZmqReportChannel({ settings }));
}
