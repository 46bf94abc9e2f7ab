import type { ServerResponse } from 'node:http';
import {
  All,
  Controller,
  Get,
  Headers,
  Param,
  Query,
  Req,
  Res,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { BACKENDS } from '../channel-lists.js';
import { findAsked } from './asked-channel.js';
import { Api4Guard } from './api4.guard.js';
import { Api4ErrorFilter } from './error.filter.js';
import { NotFoundHere } from './errors.js';
import { EventsAnswer } from './events-answer.js';
import { dateText } from './moments.js';
import { PathFaults } from './path-faults.js';
import { timeOfPulse } from './pulse-time.js';
import { type FoundChannel, describe, searchChannels } from './search.js';

type Given = Readonly<Record<string, unknown>>;

/** API 4, also below `/faults/…`; see `PathFaults`. */
@Controller(['api/4', 'faults/:faults/api/4'])
@UseGuards(Api4Guard)
@UseFilters(Api4ErrorFilter)
export class Api4Controller {
  constructor(
    private readonly eventsAnswer: EventsAnswer,
    private readonly pathFaults: PathFaults,
  ) {}

  /** The points of one channel in a range. */
  @Get('events')
  events(
    @Headers('accept') accept: string | undefined,
    @Query() given: Given,
    @Res() response: ServerResponse,
  ): Promise<void> {
    return this.eventsAnswer.answer(accept, given, response);
  }

  /** The time of a pulse: a bare integer. */
  @Get(['map/pulse/:backend/:pulse', 'map/pulse/:pulse'])
  mapPulse(
    @Param() { backend, pulse, faults }: MapParameters,
    @Res() response: ServerResponse,
  ): void {
    this.answerTime({ backend, pulse, faults }, response, (ns) => String(ns));
  }

  /** The same in three forms. */
  @Get(['map/pulse-v2/:backend/:pulse', 'map/pulse-v2/:pulse'])
  mapPulseV2(@Param() parameters: MapParameters, @Res() response: ServerResponse): void {
    this.answerTime(parameters, response, (ns) => {
      const [sec, rest] = [ns / 1_000_000_000n, ns % 1_000_000_000n];
      return JSON.stringify({ sec: Number(sec), ns: Number(rest), datetime: dateText(ns) });
    });
  }

  @Get('search/channel')
  search(@Query() given: Given): { channels: FoundChannel[] } {
    return { channels: searchChannels(given) };
  }

  @Get('backend/list')
  backends(): object {
    return { backends_available: BACKENDS.map((name) => ({ name })) };
  }

  /** Type and shape of a channel. */
  @Get('channel/config')
  channelConfig(@Query() given: Given): FoundChannel {
    return describe(findAsked(given));
  }

  @Get('private/version')
  version(): object {
    return { daqbuf_version: { major: 4, minor: 0, patch: 0 } };
  }

  /** A reply without a body, of whatever status. */
  @Get('test/http/:status')
  test(@Param('status') status: string, @Res() response: ServerResponse): void {
    if (!TEST_STATUSES.includes(status)) {
      throw new NotFoundHere(`known are ${TEST_STATUSES.join(', ')}`);
    }
    response.statusCode = Number(status);
    response.end();
  }

  /** Comes last; the guard refuses what is no GET. */
  @All('*path')
  nothingElse(@Req() { path }: { path: string }): never {
    throw new NotFoundHere(`${path} is not known`);
  }

  private answerTime(
    { backend, pulse, faults }: MapParameters,
    response: ServerResponse,
    write: (ns: bigint) => string,
  ): void {
    const status = this.pathFaults.nextOfMap(faults);
    const ns = timeOfPulse(pulse, backend);
    response.statusCode = status ?? (ns === undefined ? 204 : 200);
    response.setHeader('Content-Type', 'application/json');
    response.end(response.statusCode === 200 ? write(ns!) : undefined);
  }
}

const TEST_STATUSES = ['204', '400', '405', '406'];

interface MapParameters {
  readonly backend?: string;
  readonly pulse: string;
  readonly faults?: string;
}
