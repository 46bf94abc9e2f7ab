import type { Command } from 'commander';
import { BrokerSettings } from '../config/broker-settings.js';
import { settingsFrom } from './command-line.js';
import { runUntilStopped, serve } from './service.js';
import { settingsCommand } from './settings-command.js';
import { EventLog } from '../logging/event-log.js';

/** `sf-databuffer broker`: takes DIA's calls, records them, sends write requests. */
export function brokerCommand(): Command {
  return settingsCommand(
    'broker',
    {
      description:
        'Runs all the time: DIA posts parameters, the detector writers put the first and the last ' +
        'pulse id, and the acquisition becomes write requests, recorded in the audit trail before ' +
        'anything else happens to them. Swagger UI is at /docs.',
      settings: [BrokerSettings],
      examples: [
        'sf-databuffer broker --channels_file channels.txt',
        'sf-databuffer broker --rest_host 0.0.0.0 --audit_trail_only',
        'SF_DATABUFFER_REST_PORT=10012 sf-databuffer broker --config broker.json',
      ],
    },
    async (line) => {
      const read = () => settingsFrom(line, BrokerSettings);
      const settings = read();
      const { createBroker, startBroker } = await import('../broker/create-broker.js');
      const { ChannelListFile } = await import('../broker/acquisition/channel-list-file.js');
      const { StatusLine } = await import('../broker/monitoring/status-line.js');
      const { Shutdown } = await import('../broker/process/shutdown.js');
      await serve(settings, read, async (log, reload, manager) => {
        const broker = await createBroker(settings, log);
        reload.also(() => broker.get(ChannelListFile).readAgain());
        const takesAcquisitions = (url: string) =>
          new EventLog('Broker').log('takes acquisitions', {
            url,
            docs_url: `${url}/docs`,
            audit_file: settings.audit_file,
            audit_trail_only: settings.audit_trail_only,
          });
        const line = broker.get(StatusLine);
        await runUntilStopped([broker], {
          start: (ready) =>
            startBroker(broker, (url) => {
              takesAcquisitions(url);
              ready();
            }),
          manager,
          status: () => line.text,
          stopped: broker.get(Shutdown).requested,
        });
      });
    },
  );
}
