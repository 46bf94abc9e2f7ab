import { Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { labelled } from '../../monitoring/labelled.js';
import { Metrics } from '../../monitoring/metrics.js';
import { ChannelListFile } from '../acquisition/channel-list-file.js';
import { EpicsNotifier } from '../acquisition/epics-notifier.js';
import { CallFailures } from '../http/call-failures.js';
import { ConnectionLimits } from '../http/connection-limits.js';

/** Failed calls and connections, and the services and files that the broker depends on. */
@Injectable()
export class CallMetrics {
  constructor(
    settings: BrokerSettings,
    metrics: Metrics,
    failures: CallFailures,
    connections: ConnectionLimits,
    epics: EpicsNotifier,
    channels: ChannelListFile,
  ) {
    metrics.counter(
      {
        name: 'broker_calls_failed_total',
        help: 'Calls that were answered with an error, by its code; too_many_calls: more than --calls_per_second.',
        labels: ['code'],
      },
      () => labelled('code', failures.byCode),
    );
    metrics.counter(
      {
        name: 'broker_connections_dropped_total',
        help: 'Connections to the REST port that were dropped, as there were too many.',
      },
      () => connections.droppedConnections,
    );
    metrics.counter(
      {
        name: 'broker_epics_notifications_total',
        help: "Acquisitions and runs' PVs by whether the EPICS writer could be notified.",
        labels: ['result'],
      },
      () => {
        const { epics_notifications_sent, epics_notifications_failed } = epics.counts();
        return labelled('result', [
          ['sent', epics_notifications_sent],
          ['failed', epics_notifications_failed],
        ]);
      },
    );
    if (settings.channels_file === undefined) return;
    metrics.gauge(
      {
        name: 'broker_channel_list_usable',
        help: '1 if the channel list can be used as it is, 0 if not; only with --channels_file.',
      },
      async () => Number((await channels.state())?.problem === null),
    );
  }
}
