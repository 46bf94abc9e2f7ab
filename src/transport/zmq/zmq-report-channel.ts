import type { ReadPacket } from '@nestjs/microservices';
import type { WriterSettings } from '../../config/writer-settings.js';
import type { AddressedReport } from '../../report/report-message.js';
import { OWN_PATTERNS } from '../own-patterns.js';
import type { ReportChannel } from '../report-channel.js';
import { IN_OWN_WORDS } from './own-telling.js';
import type { PeerSecurity } from './socket-options.js';
import { ZmqClient } from './zmq-client.js';

export interface ZmqReportChannelOptions {
  readonly settings: Pick<WriterSettings, 'stream_address' | 'report_address' | 'heartbeat'>;
  readonly security?: PeerSecurity;
}

/** After so long without any sign of the broker the connection for reports is made again. */
const SILENT_HEARTBEATS = 2;
const SHORTEST_TIMEOUT_MS = 1000;

/** A PUSH socket that connects to a broker's report port. */
export class ZmqReportChannel extends ZmqClient implements ReportChannel {
  readonly address: string;
  readonly doubtMs: number;
  readonly remedy =
    'let the writer through to that port of the broker, or set --report_address; a broker of the Python ' +
    'system takes no reports';

  constructor({ settings, security }: ZmqReportChannelOptions) {
    const { stream_address, report_address, heartbeat } = settings;
    // The port after that of the stream, unless set otherwise.
    const address =
      report_address ?? stream_address!.replace(/\d+$/, (port) => String(Number(port) + 1));
    const peerTimeout = Math.max(SILENT_HEARTBEATS * heartbeat * 1000, SHORTEST_TIMEOUT_MS);
    const own = { patterns: OWN_PATTERNS, telling: IN_OWN_WORDS };
    super({ address, mode: 'connect', peerTimeout, security, ...own });
    this.address = address;
    // A report may have gone into a connection that turns out to be dead by then.
    this.doubtMs = 2 * peerTimeout;
  }

  get isConnected(): boolean {
    return this.connectedPeers > 0;
  }

  /** There is one broker at the other end. */
  protected override dispatchEvent<T>({ pattern, data }: ReadPacket<AddressedReport>): Promise<T> {
    const { write_report } = data;
    return super.dispatchEvent({ pattern, data: { write_report } });
  }
}
