import 'reflect-metadata';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { FilesController } from '../../broker/files/files.controller.js';
import { servePage } from '../../http/page-files.js';
import { securityHeaders } from '../../http/security-headers.js';
import type { LogWriter } from '../../logging/log-writer.js';
import { FileViewer } from '../../viewer/file-viewer.js';
import type { ServedFiles } from '../../viewer/messages.js';
import { FolderController } from './folder.controller.js';
import { ownBrowser } from './own-browser.js';
import { ViewErrorFilter } from './view-error.filter.js';

@Module({})
class ViewModule {
  static forRoot(served: ServedFiles): DynamicModule {
    return {
      module: ViewModule,
      controllers: [FilesController, FolderController],
      providers: [
        { provide: FileViewer, useFactory: () => new FileViewer(served) },
        { provide: APP_FILTER, useClass: ViewErrorFilter },
      ],
    };
  }
}

/** The program that shows files, configured and not yet listening. */
export async function createView(
  served: ServedFiles,
  logger: LogWriter,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ViewModule.forRoot(served), {
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
    logger,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders, ownBrowser);
  servePage(app, 'view.html');
  return app;
}
