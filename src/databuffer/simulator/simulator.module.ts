import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ByteRings } from './byte-rings.js';
import { SimulatorErrorFilter } from './error.filter.js';
import { Faults } from './faults.js';
import { RequestStatuses } from './request-statuses.js';
import { SimulatorController } from './simulator.controller.js';
import { TextRings } from './text-rings.js';

/** The embedded data buffer. */
@Module({
  controllers: [SimulatorController],
  providers: [
    TextRings,
    ByteRings,
    Faults,
    RequestStatuses,
    { provide: APP_FILTER, useClass: SimulatorErrorFilter },
  ],
})
export class SimulatorModule {}
