import { Module } from '@nestjs/common';
import { BrokerSettings } from '../../../config/broker-settings.js';
import { MonitoringModule } from '../../monitoring/monitoring.module.js';
import { HandOn } from './hand-on.js';
import { HandOnMonitoring } from './hand-on-monitoring.js';
import { RequestExchange } from './request-exchange.js';

/** What others write: PVs and detectors. */
@Module({
  imports: [MonitoringModule],
  providers: [
    {
      provide: RequestExchange,
      inject: [BrokerSettings],
      useFactory: ({ request_exchange: name, rabbitmq_url: urls }: BrokerSettings) =>
        new RequestExchange(name === undefined ? undefined : { name, urls }),
    },
    HandOn,
    HandOnMonitoring,
  ],
  exports: [HandOn, RequestExchange],
})
export class HandOnModule {}
