import type { BrokerSettings } from '../../config/broker-settings.js';
import { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import type { ZapAuthenticator } from '../../transport/zmq/zap-authenticator.js';
import { ZmqServer } from '../../transport/zmq/zmq-server.js';
import { reportAddress } from '../zmq-addresses.js';

/** In bytes: a heartbeat of 100,000 requests, or the outcome of one with as many channels. */
const MAX_REPORT_BYTES = 32 * 1024 * 1024;

/** Reports of one peer that ZMQ holds while the broker is busy, as they may be large; the others wait at the peer. */
const REPORTS_HELD = 1;
/** Lines a minute on what is no report. */
const MAX_LINES = 20;

/** Receives what writers report; what is none is logged. */
export function reportServer(
  settings: Readonly<BrokerSettings>,
  authenticator: ZapAuthenticator,
): ZmqServer {
  const logger = new EventLog('Broker');
  const throttle = new LogThrottle(60_000, MAX_LINES);
  return new ZmqServer({
    address: reportAddress(settings),
    mode: 'bind',
    maxMessageSize: MAX_REPORT_BYTES,
    receiveQueueLength: REPORTS_HELD,
    sharesTime: true,
    security: authenticator.socketOptions,
    onRejected: (frames, error) => {
      const heldBack = throttle.pass('no report');
      if (heldBack === undefined) return;
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
      const facts = { bytes, error, ...notLoggedBefore(heldBack) };
      logger.warn('a message on the report port is not a report', facts);
    },
  });
}
