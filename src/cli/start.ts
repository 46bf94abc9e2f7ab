import type { Command } from 'commander';
import { withoutCredentials } from '../config/url-credentials.js';
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
        'files in ./data, and prints what to do next. With --data_api_url the writer asks your own ' +
        'data buffer, and nothing is simulated. With --data_api_protocol api4 it uses data API 4, ' +
        'of the simulated data buffer as well. With --queue rabbitmq requests travel through RabbitMQ, ' +
        'and whoever else uses it with the same --rabbitmq_prefix takes part.',
      settings: LOCAL_SETTINGS,
      without: SETTLED_SETTINGS,
      defaults: LOCAL_DEFAULTS,
      examples: [
        'sf-databuffer start',
        'sf-databuffer start --rest_port 10012 --port 8081',
        'sf-databuffer start --data_api_url http://localhost:8090/query',
        'sf-databuffer start --data_api_protocol api4',
        'sf-databuffer start --data_api_protocol api4 --data_api_url http://api/api/4',
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

function invitation({ brokerUrl, pageUrl, settings, ...services }: LocalServices): string {
  const { dataApiUrl, dataApiProtocol, imageApiUrl, queue, isSimulated } = services;
  const own = withoutCredentials(dataApiUrl);
  const protocol = dataApiProtocol === 'json' ? '' : ` --data_api_protocol ${dataApiProtocol}`;
  const now = pulseIdAt();
  const [channels, first, last] = isSimulated
    ? [['SIMULATOR-PULSE-ID', 'SIMULATOR-WAVEFORM-FLOAT32-1024-1'], now, now + 99]
    : [['<channel>'], '<first>', '<last>'];
  const parameters = JSON.stringify({
    'general/created': 'today',
    'general/user': 'me',
    'general/process': 'curl',
    'general/instrument': isSimulated ? 'simulator' : 'mine',
    output_file: 'first.h5',
    channels,
  });
  return `
SF DataBuffer Writer is running; Ctrl-C ends it.

  Swagger UI     ${brokerUrl}/docs
  Audit trail    ${settings.audit_file}
  Output files   ${settings.output_root.join(', ')}
  Data buffer    ${isSimulated ? `${dataApiUrl} (simulated)` : own}${imageApiUrl === undefined ? '' : `\n  Cameras        ${withoutCredentials(imageApiUrl)}`}${queue === undefined ? '' : `\n  Queue          ${queue}`}

${isSimulated ? 'An acquisition of one second, by hand:' : `An acquisition by hand; 'sf-databuffer probe --data_api_url ${own}${protocol}' names channels and pulses that it has:`}

  curl -X POST ${brokerUrl}/parameters -H 'Content-Type: application/json' -d '${parameters}'
  curl -X PUT ${brokerUrl}/start_pulse_id/${first}
  curl -X PUT ${brokerUrl}/stop_pulse_id/${last}
  curl ${brokerUrl}/statistics
${pageUrl === undefined ? '' : `\nPage  ${pageUrl}`}`;
}
