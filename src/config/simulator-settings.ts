import { CommonSettings } from './common-settings.js';
import { Setting } from './setting.js';

/** Settings of the embedded data buffer. */
export class SimulatorSettings extends CommonSettings {
  @Setting({
    group: 'Network',
    kind: 'port',
    description: 'TCP port of the simulated data API',
    default: () => 8080,
  })
  port!: number;
}
