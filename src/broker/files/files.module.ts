import { resolve } from 'node:path';
import { Module } from '@nestjs/common';
import { trailFiles } from '../../audit/companions.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { FileViewer } from '../../viewer/file-viewer.js';
import { MonitoringModule } from '../monitoring/monitoring.module.js';
import { FilesController } from './files.controller.js';
import { ViewerMetrics } from './viewer-metrics.js';

/** Files on screen: `/files`. */
@Module({
  imports: [MonitoringModule],
  controllers: [FilesController],
  providers: [
    {
      provide: FileViewer,
      inject: [BrokerSettings],
      useFactory: ({ output_root: folders, audit_file }: BrokerSettings) =>
        new FileViewer({ folders, reserved: trailFiles(resolve(audit_file)) }),
    },
    ViewerMetrics,
  ],
})
export class FilesModule {}
