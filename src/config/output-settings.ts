import { CommonSettings } from './common-settings.js';
import { Setting } from './setting.js';

/** Settings that everything which names or writes output files has to agree on. */
export class OutputSettings extends CommonSettings {
  @Setting({
    group: 'Files',
    kind: 'paths',
    description:
      'folder that output files must lie in; repeatable; relative output files lie in the first writable one',
    value: 'folder',
    default: () => ['/sf', './data'],
    defaultText: '/sf, ./data',
  })
  output_root!: string[];
}
