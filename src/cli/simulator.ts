import type { Command } from 'commander';
import { SimulatorSettings } from '../config/simulator-settings.js';
import { settingsFrom } from './command-line.js';
import { listenOn } from './listen.js';
import { runUntilStopped, serve } from './service.js';
import { settingsCommand } from './settings-command.js';
import { EventLog } from '../logging/event-log.js';

// Writers on other machines may ask it too.
const ALL_INTERFACES = '0.0.0.0';

/** `sf-databuffer simulator`: the embedded data buffer alone. */
export function simulatorCommand(): Command {
  return settingsCommand(
    'simulator',
    {
      description:
        'Answers queries as the data API does, with data computed from channel name and pulse id: JSON ' +
        '(POST /query), binary (POST /api/1/query) and data API 4 (GET /api/4/events, ' +
        'GET /api/4/map/pulse/<pulse>). GET /channels lists what it has, GET /api/4/search/channel what it has ' +
        'by data API 4.',
      settings: [SimulatorSettings],
      examples: [
        'sf-databuffer simulator --port 8080',
        'curl localhost:8080/channels',
        'curl localhost:8080/api/4/search/channel',
        'curl localhost:8080/api/4/map/pulse/18000000000',
      ],
    },
    async (line) => {
      const read = () => settingsFrom(line, SimulatorSettings);
      const settings = read();
      const { createSimulator } = await import('../databuffer/simulator/create-simulator.js');
      await serve(settings, read, async (_log, _reload, manager) => {
        const app = await createSimulator();
        const url = await listenOn(app, settings.port, ALL_INTERFACES, 'simulator');
        new EventLog('Simulator').log('answers queries', { url: `${url}/query` });
        await runUntilStopped([app], { manager });
      });
    },
  );
}
