import { type DynamicModule, Module } from '@nestjs/common';
import { AllowedAddresses } from '../../config/allowed-addresses.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { OutputRoots } from '../../filesystem/output-roots.js';
import { LogWriter } from '../../logging/log-writer.js';
import { Notices } from './notices.js';
import { Shutdown } from './shutdown.js';
import { Statistics } from './statistics.js';

/** Settings, log, counts and shutdown: one of each for the whole process. */
@Module({})
export class ProcessModule {
  /** @param log whose level a call can change */
  static forRoot(settings: Readonly<BrokerSettings>, log: LogWriter): DynamicModule {
    return {
      module: ProcessModule,
      global: true,
      providers: [
        { provide: BrokerSettings, useValue: settings },
        { provide: LogWriter, useValue: log },
        { provide: OutputRoots, useFactory: () => new OutputRoots(settings.output_root) },
        { provide: AllowedAddresses, useFactory: () => new AllowedAddresses(settings.allow_from) },
        Shutdown,
        Statistics,
        Notices,
      ],
      exports: [
        BrokerSettings,
        LogWriter,
        OutputRoots,
        AllowedAddresses,
        Shutdown,
        Statistics,
        Notices,
      ],
    };
  }
}
