import type { BrokerSettings } from '../../config/broker-settings.js';
import { EventLog } from '../../logging/event-log.js';
import type { Admission } from '../../transport/admission.js';
import { ZmqServer } from '../../transport/zmq-server.js';
import { reportAddress } from '../zmq-addresses.js';

/** In bytes: a heartbeat of 100,000 requests, or the outcome of one with as many channels. */
const LARGEST_REPORT = 32 * 1024 * 1024;

/** Reports of one peer that ZMQ holds while the broker is busy; the others wait at the peer. */
const REPORTS_HELD = 16;

/** Receives what writers report; what is none is logged. */
export function reportServer(settings: Readonly<BrokerSettings>, admission: Admission): ZmqServer {
  const logger = new EventLog('Broker');
  return new ZmqServer({
    address: reportAddress(settings),
    mode: 'bind',
    maxMessageSize: LARGEST_REPORT,
    receiveQueueLength: REPORTS_HELD,
    security: admission.socketOptions,
    onRejected: (frames, error) => {
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
      logger.warn('what came to the report port is no report', { bytes, error });
    },
  });
}
