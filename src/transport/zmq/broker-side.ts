import type { AllowedAddresses } from '../../config/allowed-addresses.js';
import type { BrokerSettings } from '../../config/broker-settings.js';
import { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import { OWN_PATTERNS } from '../own-patterns.js';
import { IN_OWN_WORDS } from './own-telling.js';
import { AllowedKeys } from './curve/allowed-keys.js';
import { readKeyPair } from './curve/certificate.js';
import { ZapAuthenticator } from './zap-authenticator.js';
import { ZmqServer } from './zmq-server.js';
import type { ZmqWorkQueueOptions } from './zmq-work-queue.js';

/** In bytes: a heartbeat of 100,000 requests, or the outcome of one with as many channels. */
const MAX_REPORT_BYTES = 32 * 1024 * 1024;
/** Reports of one peer that ZMQ holds while the broker is busy, as they may be large; the others wait at the peer. */
const REPORTS_HELD = 1;
/** Lines a minute on messages that are not reports. */
const MAX_LINES = 20;

/** The remedy for connected writers that never said hello. */
const REMEDY =
  'let their reports through to the report port, or stop them where they are writers of the Python ' +
  'system; while such writers are needed, start the broker with --reports mixed';

/** The check of who may connect to the ports for writers. @throws CurveKeyUnusable */
export function zapAuthenticator(
  settings: BrokerSettings,
  addresses: AllowedAddresses,
): ZapAuthenticator {
  const { curve_secret_key_file: file, curve_allowed_keys: folder } = settings;
  if (file === undefined || folder === undefined) return new ZapAuthenticator({ addresses });
  const { secretKey } = readKeyPair(file, 'curve_secret_key_file');
  const allowed = new AllowedKeys(folder, 'curve_allowed_keys');
  return new ZapAuthenticator({ addresses, curve: { secretKey, allowed } });
}

/** Of the port that writers take requests from. */
export function queueOptions(
  settings: BrokerSettings,
  authenticator: ZapAuthenticator,
  reports: ZmqServer,
): ZmqWorkQueueOptions {
  const { output_host, output_port, queue_length: queueLength, reports: mode, lease } = settings;
  const advice = { report_address: reportAddress(settings), remedy: REMEDY };
  return {
    address: addressOf(output_host, output_port),
    queueLength,
    consumers: { mode, lease, advice },
    authenticator,
    reports: mode === 'off' ? undefined : reports,
  };
}

/** The port that writers report to; messages that are not reports are logged. */
export function reportServer(settings: BrokerSettings, authenticator: ZapAuthenticator): ZmqServer {
  const logger = new EventLog('Broker');
  const throttle = new LogThrottle(60_000, MAX_LINES);
  return new ZmqServer({
    address: reportAddress(settings),
    mode: 'bind',
    patterns: OWN_PATTERNS,
    telling: IN_OWN_WORDS,
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

/** The port behind that for requests, unless another is chosen. */
function reportAddress({ output_host, output_port, report_port }: BrokerSettings): string {
  return addressOf(output_host, report_port ?? (output_port && output_port + 1));
}

/** Port 0 is any free one, which ZMQ writes as `*`. */
function addressOf(outputHost: string, port: number): string {
  const host = outputHost.includes(':') ? `[${outputHost}]` : outputHost;
  return `tcp://${host}:${port || '*'}`;
}
