import { OutputSettings } from './output-settings.js';
import { Seconds } from './validators.js';
import { Setting } from './setting.js';

/** What broker and writers have in common. */
export class ServiceSettings extends OutputSettings {
  @Setting({
    kind: 'number',
    value: 's',
    description: 'when told to end, time for what is under way',
    default: () => 20,
  })
  @Seconds()
  shutdown_grace!: number;
}
