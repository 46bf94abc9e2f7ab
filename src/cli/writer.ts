import type { Command } from 'commander';
import { WriterSettings } from '../config/writer-settings.js';
import { settingsFrom } from './command-line.js';
import { runUntilStopped, serve } from './service.js';
import { settingsCommand } from './settings-command.js';
import { EventLog } from '../logging/event-log.js';

/** `sf-databuffer writer`: carries out what a broker sends. */
export function writerCommand(): Command {
  return settingsCommand(
    'writer',
    {
      description:
        'Takes write requests from a broker, downloads their data and writes HDF5 files. Any number ' +
        'of writers may connect to one broker; requests are dealt out in turn.',
      settings: [WriterSettings],
      examples: [
        'sf-databuffer writer tcp://127.0.0.1:12500 \\',
        '    --data_api_url http://localhost:8080/query',
        'sf-databuffer writer tcp://sf-daq-1:12500 10029 --output_root /sf \\',
        '    --data_api_url http://sf-data-api/query --data_retrieval_delay 60',
      ],
    },
    async (line) => {
      const read = () => settingsFrom(line, WriterSettings);
      const settings = read();
      const [{ createWriter }, { statusLine }, { watchMainThread }] = await Promise.all([
        import('../writer/create-writer.js'),
        import('../writer/monitoring/status-line.js'),
        import('../writer/watchdog.js'),
      ]);
      await serve(settings, read, async (log, _reload, manager) => {
        const writer = await createWriter(settings, log);
        const start = async () => {
          await writer.listen();
          watchMainThread(settings);
          new EventLog('Writer').log('takes requests', {
            stream_address: settings.stream_address,
            data_api_url: settings.data_api_url,
            concurrency: settings.concurrency,
          });
        };
        await runUntilStopped([writer], { start, manager, status: () => statusLine(writer) });
      });
    },
  );
}
