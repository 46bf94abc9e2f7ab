import { Module } from '@nestjs/common';
import { AcquisitionModule } from '../acquisition/acquisition.module.js';
import { HttpModule } from '../http/http.module.js';
import { DeliveryModule } from '../outbox/delivery.module.js';
import { LogLevelController } from './log-level.controller.js';
import { StatusController } from './status.controller.js';

/** The calls that look at the broker as a whole, set how much it logs, and end it. */
@Module({
  imports: [HttpModule, AcquisitionModule, DeliveryModule],
  controllers: [StatusController, LogLevelController],
})
export class StatusModule {}
