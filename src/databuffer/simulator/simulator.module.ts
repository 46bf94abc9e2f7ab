import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ErrorFilter } from './error.filter.js';
import { Faults } from './faults.js';
import { SimulatorController } from './simulator.controller.js';
import { TextRings } from './text-rings.js';

/** The embedded data buffer. */
@Module({
  controllers: [SimulatorController],
  providers: [TextRings, Faults, { provide: APP_FILTER, useClass: ErrorFilter }],
})
export class SimulatorModule {}
