import { Controller, Get, Headers, Res } from '@nestjs/common';
import type { Response } from 'express';
import { TooManyReaders } from '../http/http-errors.js';
import { ApiCall, ApiGroup } from '../openapi/api-call.js';
import { EventStreams, MAX_READERS } from './event-streams.js';
import { InvalidQuery } from '../http/http-errors.js';

const notAnId = () =>
  new InvalidQuery([
    { field: 'Last-Event-ID', problem: 'is not the id of an event: leave it out' },
  ]);

/** Changes of write requests, as they happen. */
@Controller('events')
@ApiGroup('requests')
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  @Get()
  @ApiCall({
    summary: 'Events of requests as they happen',
    description:
      'Server-sent events: `state`, a request came into another state; `progress`, of one that ' +
      'is written; the data is the request as GET /requests has it. One that is `failed` with ' +
      '`next_attempt` is tried again by itself; without, it is not, or not any more. `outage`, ' +
      '`stall` and `quarantine` are of delivery as a whole. `gap`: what was missed is ' +
      'not remembered. Readers that don’t keep up are dropped, and resume with Last-Event-ID.',
    parameters: [
      {
        name: 'Last-Event-ID',
        in: 'header',
        description: 'Id of the last event seen: what came since is sent first.',
        schema: { type: 'integer' },
      },
    ],
    ok: { description: 'Goes on until the broker ends.', contentType: 'text/event-stream' },
    refusals: [notAnId(), new TooManyReaders(MAX_READERS)],
  })
  streamEvents(@Res() response: Response, @Headers('Last-Event-ID') lastEventId?: string): void {
    const after = lastEventId ? Number(lastEventId) : undefined;
    if (after !== undefined && !Number.isSafeInteger(after)) throw notAnId();
    this.streams.attach(response, after);
  }
}
