import 'reflect-metadata';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SimulatorModule } from './simulator.module.js';

export interface SimulatorOptions {
  /** Where the application logs, false for nowhere; by default Nest's own logger. */
  readonly logger?: LoggerService | false;
}

/**
 * The embedded data buffer as an application of its own: listen with `app.listen(port, host)`, end
 * it with `app.close()`, which breaks off the replies that are under way.
 */
export async function createSimulator(options: SimulatorOptions = {}): Promise<INestApplication> {
  const app = await NestFactory.create<NestExpressApplication>(SimulatorModule, {
    ...options,
    forceCloseConnections: true,
    abortOnError: false,
  });
  // Room for thousands of channels in a request.
  app.useBodyParser('json', { limit: '32mb' });
  return app;
}
