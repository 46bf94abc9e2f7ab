import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { EventLog } from '../../../logging/event-log.js';
import { Faults } from '../faults.js';
import { type Sent, sendChunks } from '../send-reply.js';
import { TextRings } from '../text-rings.js';
import { type EventsFormat, formatOf } from './accept.js';
import type { Api4Channel } from './api4-channel.js';
import { findAsked } from './asked-channel.js';
import { type AskedPoints, askedPoints } from './asked-points.js';
import { CborFraming } from './cbor-framing.js';
import { CborRings } from './cbor-rings.js';
import { NotFoundHere } from './errors.js';
import { type EventsQuery, parseEventsQuery } from './events-query.js';
import { chunksOf } from './frames.js';
import { JsonFraming } from './json-framing.js';
import { pause } from './pause.js';
import { plainJson } from './plain-json.js';
import { sendEvents, sendFaultyEvents, sendInstead } from './send-events.js';

/** Answers `GET /api/4/events`. */
@Injectable()
export class EventsAnswer {
  private readonly logger = new EventLog('Simulator');

  constructor(
    private readonly cborRings: CborRings,
    private readonly textRings: TextRings,
    private readonly faults: Faults,
  ) {}

  /** @throws Api4Refusal */
  async answer(
    accept: string | undefined,
    given: Readonly<Record<string, unknown>>,
    response: ServerResponse,
  ): Promise<void> {
    const format = formatOf(accept);
    const now = Date.now();
    const query = parseEventsQuery(given, now);
    const channel = findAsked(given);
    if (channel.shape.length > 1) throw new NotFoundHere(`${channel.name} has images: ask API 1`);
    const points = askedPoints(channel, query, now);
    response.setHeader('Content-Type', `application/${format}`);
    await pause(response, channel.latencyMs ?? 0);
    const begin = performance.now();
    const asked = {
      channels: 1,
      start_pulse_id: points.firstPulse,
      stop_pulse_id: points.lastPulse,
    };
    const fault = this.faults.nextInApi4(channel.name);
    if (fault !== undefined) {
      this.logger.log('query answered with a fault', { ...asked, fault: fault.kind });
      if (format === 'json') sendInstead(response, fault);
      else await sendFaultyEvents(response, this.framed(format, points, query), fault);
      return;
    }
    const { bytes, complete } =
      format === 'json'
        ? await this.sendPlain(response, points, query)
        : await sendEvents(response, this.framed(format, points, query));
    const duration_s = Number(((performance.now() - begin) / 1000).toFixed(3));
    this.logger.log(complete ? 'query answered' : 'query abandoned by the client', {
      ...asked,
      bytes,
      duration_s,
    });
  }

  private framed(
    format: Exclude<EventsFormat, 'json'>,
    points: AskedPoints,
    { contentTimeoutMs }: EventsQuery,
  ) {
    return { points, framing: this.framing(format, points.channel), contentTimeoutMs };
  }

  private framing(format: Exclude<EventsFormat, 'json'>, channel: Api4Channel) {
    return format === 'cbor-framed'
      ? new CborFraming(channel, this.cborRings)
      : new JsonFraming(channel, this.textRings);
  }

  private async sendPlain(
    response: ServerResponse,
    points: AskedPoints,
    query: EventsQuery,
  ): Promise<Sent> {
    const pieces = plainJson(points, query, this.textRings);
    if (pieces !== undefined) return sendChunks(response, chunksOf(pieces));
    response.statusCode = 204;
    response.end();
    return { bytes: 0, complete: true };
  }
}
