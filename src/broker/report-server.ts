import { Logger } from '@nestjs/common';
import type { BrokerSettings } from '../config/broker-settings.js';
import { ZmqServer } from '../transport/zmq-server.js';
import { reportAddress } from './zmq-addresses.js';

/** In bytes: a heartbeat of 100,000 requests, or the outcome of one with as many channels. */
const LARGEST_REPORT = 32 * 1024 * 1024;

/** Receives what writers report; what is none is logged. */
export function reportServer(settings: Readonly<BrokerSettings>): ZmqServer {
  const logger = new Logger('Broker');
  return new ZmqServer({
    address: reportAddress(settings),
    mode: 'bind',
    maxMessageSize: LARGEST_REPORT,
    onRejected: (frames, error) => {
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
      logger.warn('what came to the report port is no report', { bytes, error });
    },
  });
}
