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
        'Answers queries as the data API does (POST /query, POST /query/mapping), with data computed ' +
        'from channel name and pulse id. GET /channels lists what it has.',
      settings: [SimulatorSettings],
      examples: ['sf-databuffer simulator --port 8080', 'curl localhost:8080/channels'],
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
