import type { NestExpressApplication } from '@nestjs/platform-express';
import { AllowedAddresses } from '../../config/allowed-addresses.js';
import type { BrokerSettings } from '../../config/broker-settings.js';
import { securityHeaders } from '../../http/security-headers.js';
import type { LogWriter } from '../../logging/log-writer.js';
import { allowedAddress } from './allowed-address.js';
import { callLog } from './call-log.js';
import { ClientAddress } from './client-address.js';
import { hostCheck } from './host-check.js';
import { normalizePath } from './normalize-path.js';
import { OwnNames } from './own-names.js';
import { readByPost } from './read-by-post.js';
import { requestBody } from './request-body.js';
import { Routes } from './routes.js';
import { SlowPort } from './slow-port.js';

/** Sets up what happens to each call before a controller sees it. */
export function prepareCalls(
  app: NestExpressApplication,
  settings: Readonly<BrokerSettings>,
  log: LogWriter,
): void {
  app.disable('x-powered-by');
  app.disable('etag');
  const names = new OwnNames([settings.rest_host, ...(settings.allowed_hosts ?? [])]);
  const clientAddress = app.get(ClientAddress, { strict: false });
  app.use(
    securityHeaders,
    callLog(log, clientAddress),
    normalizePath,
    allowedAddress(app.get(AllowedAddresses), clientAddress),
    hostCheck(names),
    app.get(SlowPort, { strict: false }).refuseOthers,
    requestBody(),
    readByPost(app.get(Routes, { strict: false })),
  );
}
