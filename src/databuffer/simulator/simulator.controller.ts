import type { ServerResponse } from 'node:http';
import { Body, Controller, Get, HttpCode, Logger, Post, Res } from '@nestjs/common';
import type { Channel } from '../../request/channel.js';
import { CATALOGUE } from './catalogue.js';
import { Faults } from './faults.js';
import { jsonReply } from './json-reply.js';
import { parseMapping, parseQuery } from './parse-query.js';
import { globalSecondsOf } from './pulse-clock.js';
import { sendChunks, sendFault } from './send-reply.js';
import type { SimulatedChannel } from './simulated-channel.js';
import { TextRings } from './text-rings.js';

type ListedChannel = Channel & Pick<SimulatedChannel, 'type' | 'shape' | 'rate' | 'description'>;

/** The data API, JSON, and a list of what can be asked for. */
@Controller()
export class SimulatorController {
  private readonly logger = new Logger('Simulator');

  constructor(
    private readonly rings: TextRings,
    private readonly faults: Faults,
  ) {}

  /** Channels that are listed by name; `rate` in Hz. */
  @Get('channels')
  channels(): ListedChannel[] {
    return CATALOGUE.map(({ name, backend, type, shape, rate, description }) => ({
      name,
      backend,
      type,
      shape,
      rate,
      description,
    }));
  }

  /** The points of channels in a range. */
  @Post('query')
  @HttpCode(200)
  async query(@Body() body: unknown, @Res() response: ServerResponse): Promise<void> {
    const query = parseQuery(body);
    const chunks = jsonReply(query, this.rings);
    const fault = this.faults.next(query.channels.map(({ name }) => name));
    const asked = { channels: query.channels.length, ...query.range };
    response.setHeader('Content-Type', 'application/json');
    if (fault) {
      this.logger.log('query answered with a fault', { ...asked, fault: fault.kind });
      return sendFault(response, fault, chunks);
    }
    const begin = performance.now();
    const { bytes, complete } = await sendChunks(response, chunks);
    const seconds = Number(((performance.now() - begin) / 1000).toFixed(3));
    this.logger.log(complete ? 'query answered' : 'query abandoned by the client', {
      ...asked,
      bytes,
      seconds,
    });
  }

  /** The times of a range's first and last pulse. */
  @Post('query/mapping')
  @HttpCode(200)
  mapping(@Body() body: unknown): { start: GlobalTime; end: GlobalTime }[] {
    const { startPulseId, endPulseId } = parseMapping(body);
    return [{ start: globalTime(startPulseId), end: globalTime(endPulseId) }];
  }
}

interface GlobalTime {
  readonly globalSeconds: string;
}

function globalTime(pulseId: number): GlobalTime {
  return { globalSeconds: globalSecondsOf(pulseId) };
}
