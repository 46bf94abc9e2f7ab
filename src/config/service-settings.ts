import { OutputSettings } from './output-settings.js';
import { Setting } from './setting.js';

/** Settings that broker and writers have in common. */
export class ServiceSettings extends OutputSettings {
  @Setting({
    group: 'Process',
    kind: 'seconds',
    description: 'when told to end, time for what is under way',
    default: () => 20,
  })
  shutdown_grace!: number;
}
