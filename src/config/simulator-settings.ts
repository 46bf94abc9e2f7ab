import { CommonSettings } from './common-settings.js';
import { Port } from './validators.js';
import { Setting } from './setting.js';

/** Settings of the embedded data buffer. */
export class SimulatorSettings extends CommonSettings {
  @Setting({
    kind: 'integer',
    value: 'port',
    description: 'TCP port of the simulated data API',
    default: () => 8080,
  })
  @Port()
  port!: number;
}
