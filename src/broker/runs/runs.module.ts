import { Module } from '@nestjs/common';
import { HttpModule } from '../http/http.module.js';
import { CopyModule } from './copy/copy.module.js';
import { DetectorsModule } from './detectors/detectors.module.js';
import { HandOnModule } from './hand-on/hand-on.module.js';
import { NumbersController } from './numbers/numbers.controller.js';
import { PgroupsModule } from './pgroups.module.js';
import { PvListModule } from './pv-list/pv-list.module.js';
import { RetrievalModule } from './retrieval/retrieval.module.js';

/** Runs: what the beamlines' clients call for pulses that are past. */
@Module({
  imports: [
    HttpModule,
    PgroupsModule,
    HandOnModule,
    RetrievalModule,
    PvListModule,
    DetectorsModule,
    CopyModule,
  ],
  controllers: [NumbersController],
})
export class RunsModule {}
