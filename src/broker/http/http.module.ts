import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CallFailures } from './call-failures.js';
import { CallRate } from './call-rate.js';
import { ClientAddress } from './client-address.js';
import { ConnectionLimits } from './connection-limits.js';
import { Drain } from './drain.js';
import { ErrorFilter } from './error.filter.js';
import { ProtocolErrors } from './protocol-errors.js';
import { Routes } from './routes.js';
import { SlowPort } from './slow-port.js';

/** HTTP of every call: limits, the answer to one that fails, and the end of connections. */
@Module({
  providers: [
    CallFailures,
    CallRate,
    ClientAddress,
    ConnectionLimits,
    Drain,
    ProtocolErrors,
    Routes,
    SlowPort,
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
  exports: [CallFailures, CallRate, ClientAddress, ConnectionLimits, Routes],
})
export class HttpModule {}
