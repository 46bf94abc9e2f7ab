import { Module } from '@nestjs/common';
import { HttpModule } from '../../http/http.module.js';
import { HandOnModule } from '../hand-on/hand-on.module.js';
import { PgroupsModule } from '../pgroups.module.js';
import { DetectorActionsController } from './detector-actions.controller.js';
import { DetectorsController } from './detectors.controller.js';
import { Pedestals } from './pedestals.js';

/** The beamlines' detectors, which others work with. */
@Module({
  imports: [HttpModule, HandOnModule, PgroupsModule],
  controllers: [DetectorsController, DetectorActionsController],
  providers: [Pedestals],
})
export class DetectorsModule {}
