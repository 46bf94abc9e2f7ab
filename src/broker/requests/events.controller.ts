import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { Response } from 'express';
import { EventStreams } from './event-streams.js';
import { InvalidQuery } from './errors.js';

/** What happens to write requests, as it happens. */
@Controller('events')
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  @Get()
  events(@Res() response: Response, @Headers('last-event-id') lastEventId?: string): void {
    const after = lastEventId ? Number(lastEventId) : undefined;
    if (after !== undefined && !Number.isSafeInteger(after)) {
      const problem = 'is not the id of an event: leave it out';
      throw new InvalidQuery([{ field: 'Last-Event-ID', problem }]);
    }
    this.streams.attach(response, after);
  }
}
