import type { Command } from 'commander';
import { pulseIdAt } from '../databuffer/simulator/pulse-clock.js';
import type { LocalServices } from './local-services.js';
import { LOCAL_DEFAULTS, LOCAL_SETTINGS, SETTLED_SETTINGS } from './local-settings.js';
import { runUntilStopped } from './service.js';
import { settingsCommand } from './settings-command.js';

/** `sf-databuffer start`: everything together, for trying it out. */
export function startCommand(): Command {
  return settingsCommand(
    'start',
    {
      description:
        'Starts broker, writer and a simulated data buffer in one process on default ports, with all ' +
        'files in ./data, and prints what to do next. With --queue rabbitmq requests travel through that, ' +
        'and whoever else uses it with the same --rabbitmq_prefix takes part.',
      settings: LOCAL_SETTINGS,
      without: SETTLED_SETTINGS,
      defaults: LOCAL_DEFAULTS,
      examples: [
        'sf-databuffer start',
        'sf-databuffer start --rest_port 10012 --port 8081',
        'sf-databuffer start --queue rabbitmq',
      ],
    },
    async (line) => {
      const { startLocalServices } = await import('./local-services.js');
      const services = await startLocalServices(line);
      await runUntilStopped([services], {
        // Ctrl-C is heeded by then.
        start: async () => console.log(invitation(services)),
        stopped: services.shutdownRequested,
        endsOnHangup: true,
      });
    },
  );
}

function invitation({ brokerUrl, pageUrl, dataApiUrl, queue, settings }: LocalServices): string {
  const now = pulseIdAt();
  const parameters = JSON.stringify({
    'general/created': 'today',
    'general/user': 'me',
    'general/process': 'curl',
    'general/instrument': 'simulator',
    output_file: 'first.h5',
    channels: ['SIMULATOR-PULSE-ID', 'SIMULATOR-WAVEFORM-FLOAT32-1024-1'],
  });
  return `
SF DataBuffer Writer is running; Ctrl-C ends it.

  Swagger UI     ${brokerUrl}/docs
  Audit trail    ${settings.audit_file}
  Output files   ${settings.output_root.join(', ')}
  Data buffer    ${dataApiUrl} (simulated)${queue === undefined ? '' : `\n  Queue          ${queue}`}

An acquisition of one second, by hand:

  curl -X POST ${brokerUrl}/parameters -H 'Content-Type: application/json' -d '${parameters}'
  curl -X PUT ${brokerUrl}/start_pulse_id/${now}
  curl -X PUT ${brokerUrl}/stop_pulse_id/${now + 99}
  curl ${brokerUrl}/statistics
${pageUrl === undefined ? '' : `\nPage  ${pageUrl}`}`;
}
