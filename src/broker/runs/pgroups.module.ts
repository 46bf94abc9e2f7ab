import { Module } from '@nestjs/common';
import { Beamlines } from '../../config/beamlines.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { PgroupRoots } from '../../runs/pgroup-roots.js';
import { RunBooks } from '../../runs/run-book.js';
import { HttpModule } from '../http/http.module.js';
import { BeamlineDetectors } from './beamline-detectors.js';
import { Pgroups } from './pgroups.js';

/** Beamlines, their detectors and pgroups, and the books of these: one of each for all calls about runs. */
@Module({
  imports: [HttpModule],
  providers: [
    Pgroups,
    BeamlineDetectors,
    RunBooks,
    {
      provide: Beamlines,
      inject: [BrokerSettings],
      useFactory: ({ beamlines }: BrokerSettings) => new Beamlines(beamlines),
    },
    {
      provide: PgroupRoots,
      inject: [BrokerSettings, Beamlines],
      useFactory: ({ pgroup_root }: BrokerSettings, { names }: Beamlines) =>
        new PgroupRoots(pgroup_root, names),
    },
  ],
  exports: [Pgroups, BeamlineDetectors, RunBooks, Beamlines, PgroupRoots],
})
export class PgroupsModule {}
