import { Module } from '@nestjs/common';
import { AcquisitionModule } from '../../acquisition/acquisition.module.js';
import { HttpModule } from '../../http/http.module.js';
import { DeliveryModule } from '../../outbox/delivery.module.js';
import { PgroupsModule } from '../pgroups.module.js';
import { RetrievalModule } from '../retrieval/retrieval.module.js';
import { RunFiles } from './run-files.js';
import { RunWaits } from './run-waits.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

/** Looking at runs: what is on disk, and what became of each file. */
@Module({
  imports: [HttpModule, AcquisitionModule, DeliveryModule, PgroupsModule, RetrievalModule],
  controllers: [RunsController],
  providers: [RunsService, RunFiles, RunWaits],
})
export class LookModule {}
