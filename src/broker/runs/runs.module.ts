import { Module } from '@nestjs/common';
import { AcquisitionModule } from '../acquisition/acquisition.module.js';
import { HttpModule } from '../http/http.module.js';
import { DeliveryModule } from '../outbox/delivery.module.js';
import { HandOnModule } from './hand-on/hand-on.module.js';
import { PgroupsModule } from './pgroups.module.js';

/** Runs: what the beamlines' clients call for pulses that are past. */
@Module({
  imports: [HttpModule, DeliveryModule, AcquisitionModule, HandOnModule, PgroupsModule],
  controllers: [],
  providers: [],
})
export class RunsModule {}
