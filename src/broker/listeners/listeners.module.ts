import { Module } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { DeliveryModule } from '../outbox/delivery.module.js';
import { HandOnModule } from '../runs/hand-on/hand-on.module.js';
import { Listeners } from './listeners.js';
import { ListenersMonitoring } from './listeners-monitoring.js';
import { StatusExchange } from './status-exchange.js';

/** The facility's listeners, where `--status_exchange` is given. */
@Module({
  imports: [DeliveryModule, MonitoringModule, HandOnModule],
  providers: [
    {
      provide: StatusExchange,
      inject: [BrokerSettings],
      useFactory: ({ status_exchange: name, rabbitmq_url: urls }: BrokerSettings) =>
        new StatusExchange({ name: name!, urls }),
    },
    Listeners,
    ListenersMonitoring,
  ],
})
export class ListenersModule {}
