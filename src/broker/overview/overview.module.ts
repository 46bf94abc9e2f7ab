import { Module } from '@nestjs/common';
import { AcquisitionModule } from '../acquisition/acquisition.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { HttpModule } from '../http/http.module.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { DeliveryModule } from '../outbox/delivery.module.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';
import { Throughput } from './throughput.js';

/** The broker at a glance: what its page and `sf-databuffer status` show. */
@Module({
  imports: [HttpModule, AcquisitionModule, ChannelsModule, DeliveryModule, MonitoringModule],
  controllers: [OverviewController],
  providers: [OverviewService, Throughput],
})
export class OverviewModule {}
