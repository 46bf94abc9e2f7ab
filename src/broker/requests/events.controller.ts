import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { DescribeEvents } from '../openapi/request-calls.js';
import { EventStreams } from './event-streams.js';
import { InvalidQuery } from './request-errors.js';

/** What happens to write requests, as it happens. */
@ApiTags('requests')
@Controller('events')
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  @Get()
  @DescribeEvents()
  events(@Res() response: Response, @Headers('last-event-id') lastEventId?: string): void {
    const after = lastEventId ? Number(lastEventId) : undefined;
    if (after !== undefined && !Number.isSafeInteger(after)) {
      const problem = 'is no id of an event: leave it out';
      throw new InvalidQuery([{ field: 'Last-Event-ID', problem }]);
    }
    this.streams.attach(response, after);
  }
}
