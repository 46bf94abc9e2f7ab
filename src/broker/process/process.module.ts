import { type DynamicModule, Module } from '@nestjs/common';
import { AllowedAddresses } from '../../config/allowed-addresses.js';
import { Beamlines } from '../../config/beamlines.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { FolderTemplate } from '../../filesystem/folder-template.js';
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
        { provide: OutputRoots, useFactory: () => outputRootsOf(settings) },
        { provide: Beamlines, useFactory: () => new Beamlines(settings.beamlines) },
        { provide: AllowedAddresses, useFactory: () => new AllowedAddresses(settings.allow_from) },
        Shutdown,
        Statistics,
        Notices,
      ],
      exports: [
        BrokerSettings,
        LogWriter,
        OutputRoots,
        Beamlines,
        AllowedAddresses,
        Shutdown,
        Statistics,
        Notices,
      ],
    };
  }
}

/** Files may also lie below the raw folder of any pgroup. */
function outputRootsOf({ output_root, pgroup_root, beamlines }: BrokerSettings): OutputRoots {
  const { names } = new Beamlines(beamlines);
  return new OutputRoots(output_root, new FolderTemplate(pgroup_root, { beamline: names }));
}
