import { Module } from '@nestjs/common';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { DeliveryModule } from '../outbox/delivery.module.js';
import { HttpModule } from '../http/http.module.js';
import { AbandonedAcquisitions } from './abandoned-acquisitions.js';
import { AbandonedFile } from './abandoned-file.js';
import { AcquisitionController } from './acquisition.controller.js';
import { AcquisitionFile } from './acquisition-file.js';
import { AcquisitionService } from './acquisition.service.js';
import { AcquisitionsController } from './acquisitions.controller.js';
import { ChannelListFile } from './channel-list-file.js';
import { EpicsNotifier } from './epics-notifier.js';
import { PastAcquisitions } from './past-acquisitions.js';
import { ReservedPaths } from './reserved-paths.js';

/** The acquisition under way: what DIA and the detector writers call. */
@Module({
  imports: [HttpModule, DeliveryModule],
  controllers: [AcquisitionController, AcquisitionsController],
  providers: [
    AcquisitionService,
    AbandonedAcquisitions,
    PastAcquisitions,
    SerialQueue,
    {
      provide: AbandonedFile,
      inject: [BrokerSettings],
      useFactory: ({ audit_file }: BrokerSettings) => new AbandonedFile(`${audit_file}.abandoned`),
    },
    {
      provide: AcquisitionFile,
      inject: [BrokerSettings],
      useFactory: ({ audit_file }: BrokerSettings) =>
        new AcquisitionFile(`${audit_file}.acquisition`),
    },
    {
      provide: ChannelListFile,
      inject: [BrokerSettings],
      useFactory: ({ channels_file }: BrokerSettings) => new ChannelListFile(channels_file),
    },
    {
      provide: EpicsNotifier,
      inject: [BrokerSettings],
      useFactory: ({ epics_writer_url }: BrokerSettings) => new EpicsNotifier(epics_writer_url),
    },
    {
      provide: ReservedPaths,
      inject: [BrokerSettings],
      useFactory: ({ audit_file }: BrokerSettings) => new ReservedPaths(audit_file),
    },
  ],
  exports: [AcquisitionService, ChannelListFile, EpicsNotifier, ReservedPaths, SerialQueue],
})
export class AcquisitionModule {}
