import { Module } from '@nestjs/common';
import { MonitoringServer } from './monitoring-server.js';

/** `/metrics` and `/health` of a writer; as an imported module it ends when all that it watches has. */
@Module({ providers: [MonitoringServer] })
export class MonitoringModule {}
