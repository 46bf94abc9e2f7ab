import type { Command } from 'commander';
import { WriterSettings } from '../config/writer-settings.js';
import { type CommandLine, settingsFrom } from './command-line.js';
import { runUntilStopped, serve } from './service.js';
import { settingsCommand } from './settings-command.js';
import { withoutCredentials } from '../config/url-credentials.js';
import { EventLog } from '../logging/event-log.js';

/** `sf-databuffer writer`: carries out what a broker sends. */
export function writerCommand(): Command {
  return settingsCommand(
    'writer',
    {
      description:
        'Takes write requests from a broker, downloads their data and writes HDF5 files. Any number ' +
        'of writers may connect to one broker; requests are dealt out in turn. With --queue rabbitmq ' +
        'it takes those of all brokers there and needs no address: a first argument that is a number ' +
        'is the user id.',
      settings: [WriterSettings],
      examples: [
        'sf-databuffer writer tcp://127.0.0.1:12500 \\',
        '    --data_api_url http://localhost:8080/query',
        'sf-databuffer writer tcp://sf-daq-1:12500 10029 --output_root /sf \\',
        '    --data_api_url http://sf-data-api/query --data_retrieval_delay 60',
        'sf-databuffer writer 10029 --queue rabbitmq --config writer.json',
      ],
    },
    async (line) => {
      const operands = withoutAddress(line);
      const read = () => settingsFrom(operands, WriterSettings);
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
            ...source(settings),
            data_api_url: settings.data_api_url,
            concurrency: settings.concurrency,
          });
        };
        await runUntilStopped([writer], { start, manager, status: () => statusLine(writer) });
      });
    },
  );
}

/** A number alone can't be an address: it is the user id. */
function withoutAddress(line: CommandLine): CommandLine {
  const { stream_address: first, user_id: second } = line.values;
  if (second !== undefined || typeof first !== 'string' || !/^-?\d+$/.test(first)) return line;
  return { ...line, values: { ...line.values, stream_address: undefined, user_id: first } };
}

/** Where requests come from. */
function source(settings: WriterSettings) {
  const { queue, stream_address, rabbitmq_prefix } = settings;
  if (queue === 'zmq') return { stream_address };
  return { rabbitmq_url: withoutCredentials(settings.rabbitmq_url.join(', ')), rabbitmq_prefix };
}
