import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { CustomStrategy } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { BrokerSettings } from '../config/broker-settings.js';
import { servePage } from '../http/page-files.js';
import { LogWriter } from '../logging/log-writer.js';
import { REPORT_SERVER } from '../transport/message-server.js';
import { BrokerModule } from './broker.module.js';
import { listen } from './http/listen.js';
import { prepareCalls } from './http/prepare-calls.js';
import { SlowPort } from './http/slow-port.js';
import { serveDocs } from './openapi/serve-docs.js';
import { Outbox } from './outbox/outbox.js';
import { Resumption } from './runs/retrieval/resumption.js';
import { openWriterPort } from './writer-port.js';

/**
 * A broker as a Nest application, configured and not yet started.
 *
 * @param log whose level can be changed by a call
 */
export async function createBroker(
  settings: Readonly<BrokerSettings>,
  log: LogWriter,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    BrokerModule.forRoot(settings, log),
    {
      bodyParser: false,
      abortOnError: false,
    },
  );
  prepareCalls(app, settings, log);
  serveDocs(app);
  if (settings.page !== 'off') servePage(app, 'index.html');
  if (settings.reports !== 'off') {
    app.connectMicroservice<CustomStrategy>({
      strategy: app.get(REPORT_SERVER, { strict: false }),
    });
  }
  return app;
}

/**
 * Starts a broker: claims its audit trail, answers calls, recovers what a predecessor left, then opens
 * the ports for reports and output. So acquisitions are recorded however long the past is.
 * When it can't start, it closes what it has opened.
 *
 * @param answering called with its URL as soon as it answers calls
 * @returns the URL of its REST interface
 * @throws TrailInUse, AuditTrailFailed, AcquisitionNotSaved, RetrievalNotSaved, CurveKeyUnusable,
 *   WriterPortUnusable, PastUnreadable, or NodeJS.ErrnoException when the trail can't be read
 */
export async function startBroker(
  app: NestExpressApplication,
  answering: (url: string) => void = () => undefined,
): Promise<string> {
  const { rest_host, rest_port } = app.get(BrokerSettings);
  try {
    await app.init();
    const url = await listen(app.getHttpServer(), rest_host, rest_port);
    await app.get(SlowPort, { strict: false }).open();
    answering(url);
    await app.get(Outbox).recover();
    app.get(Resumption).start();
    // First: a writer that connects again can say who it is before it counts as one that never does.
    await openWriterPort('report_port', () => app.startAllMicroservices());
    await openWriterPort('output_port', () => app.get(Outbox).start());
    return url;
  } catch (error) {
    await app.close();
    throw error;
  }
}
