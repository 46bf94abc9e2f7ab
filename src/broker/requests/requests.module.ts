import { Module } from '@nestjs/common';
import { AcquisitionModule } from '../acquisition/acquisition.module.js';
import { HttpModule } from '../http/http.module.js';
import { DeliveryModule } from '../outbox/delivery.module.js';
import { Cancellations } from './cancellations.js';
import { EventStreams } from './event-streams.js';
import { EventsController } from './events.controller.js';
import { RequestsController } from './requests.controller.js';
import { Submissions } from './submissions.js';

/** Outcomes of write requests, and submitting requests. */
@Module({
  imports: [HttpModule, AcquisitionModule, DeliveryModule],
  controllers: [RequestsController, EventsController],
  providers: [Submissions, Cancellations, EventStreams],
})
export class RequestsModule {}
