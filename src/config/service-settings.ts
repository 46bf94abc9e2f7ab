import { IsNumber, Min } from 'class-validator';
import { OutputSettings } from './output-settings.js';
import { Setting } from './setting.js';

/** What broker and writers have in common. */
export class ServiceSettings extends OutputSettings {
  @Setting({
    kind: 'number',
    value: 's',
    description: 'when told to end, time for what is under way',
    default: () => 20,
  })
  @Min(0, { message: 'must not be negative' })
  @IsNumber({}, { message: 'must be a number of seconds' })
  shutdown_grace!: number;
}
