import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Api4Controller } from './api4/api4.controller.js';
import { CborRings } from './api4/cbor-rings.js';
import { EventsAnswer } from './api4/events-answer.js';
import { PathFaults } from './api4/path-faults.js';
import { ByteRings } from './byte-rings.js';
import { SimulatorErrorFilter } from './error.filter.js';
import { Faults } from './faults.js';
import { RequestStatuses } from './request-statuses.js';
import { SimulatorController } from './simulator.controller.js';
import { TextRings } from './text-rings.js';

/** The embedded data buffer. */
@Module({
  controllers: [SimulatorController, Api4Controller],
  providers: [
    TextRings,
    ByteRings,
    CborRings,
    EventsAnswer,
    PathFaults,
    Faults,
    RequestStatuses,
    { provide: APP_FILTER, useClass: SimulatorErrorFilter },
  ],
})
export class SimulatorModule {}
