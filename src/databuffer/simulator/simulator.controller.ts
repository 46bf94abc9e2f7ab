import type { ServerResponse } from 'node:http';
import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Res,
} from '@nestjs/common';
import { EventLog } from '../../logging/event-log.js';
import type { Channel } from '../../request/channel.js';
import { binaryReply } from './binary-reply.js';
import { ByteRings } from './byte-rings.js';
import { CATALOGUE } from './catalogue.js';
import { type BackendList, BACKENDS, channelConfigs, channelNames } from './channel-lists.js';
import { type SimulatedFault, Faults } from './faults.js';
import { QueryRefused } from './errors.js';
import { jsonReply } from './json-reply.js';
import { parseMapping, parseQuery } from './parse-query.js';
import { globalSecondsOf } from './pulse-clock.js';
import { CONFIG_FIELDS, ORDERINGS, POINT_FIELDS, type SimulatorQuery } from './query.js';
import { type RequestStatus, RequestStatuses } from './request-statuses.js';
import { sendChunks, sendFault } from './send-reply.js';
import type { SimulatedChannel } from './simulated-channel.js';
import { TextRings } from './text-rings.js';

type ListedChannel = Channel & Pick<SimulatedChannel, 'type' | 'shape' | 'rate' | 'description'>;

const BINARY = 'application/octet-stream';
const ACCEPTS_BINARY = /application\/(octet-stream|\*)|\*\/\*/;

/** Names that a query can use, by what they are. */
const PARAMETERS = new Map<string, readonly string[]>([
  ['backends', BACKENDS],
  ['aggregations', []],
  ['compression', ['none']],
  ['configfields', CONFIG_FIELDS],
  ['eventfields', POINT_FIELDS],
  ['ordering', ORDERINGS],
  ['responseformat', ['json']],
]);

/** The data API, JSON and binary, and a list of what can be asked for. */
@Controller()
export class SimulatorController {
  private readonly logger = new EventLog('Simulator');

  constructor(
    private readonly textRings: TextRings,
    private readonly byteRings: ByteRings,
    private readonly faults: Faults,
    private readonly statuses: RequestStatuses,
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

  /** The names of the channels that are listed, by backend. */
  @Post('channels')
  @HttpCode(200)
  channelNames(@Body() body: unknown): BackendList<string>[] {
    return channelNames(body);
  }

  /** Properties of the listed channels, by backend. */
  @Post('channels/config')
  @HttpCode(200)
  channelConfigs(@Body() body: unknown): BackendList<object>[] {
    return channelConfigs(body);
  }

  /** Names of the channels that a query can name. */
  @Get('params/:kind')
  parameters(@Param('kind') kind: string): readonly string[] {
    const names = PARAMETERS.get(kind);
    if (names !== undefined) return names;
    const known = [...PARAMETERS.keys()].join(', ');
    throw new NotFoundException(`params/${kind} is not known; known are ${known}`);
  }

  /** The points of channels in a range. */
  @Post('query')
  @HttpCode(200)
  async query(
    @Headers('accept') accept: string | undefined,
    @Body() body: unknown,
    @Res() response: ServerResponse,
  ): Promise<void> {
    if (accept?.includes(BINARY)) {
      await this.answerBinary(body, response);
      return;
    }
    const query = parseQuery(body);
    response.setHeader('Content-Type', 'application/json');
    await this.answer(query, jsonReply(query, this.textRings), response);
  }

  /** The same in the binary protocol, the only one that is spoken here. */
  @Post('api/1/query')
  @HttpCode(200)
  async binaryQuery(
    @Headers('accept') accept: string | undefined,
    @Body() body: unknown,
    @Res() response: ServerResponse,
  ): Promise<void> {
    if (accept !== undefined && !ACCEPTS_BINARY.test(accept)) {
      throw new QueryRefused([{ field: 'Accept', problem: `must allow ${BINARY}` }]);
    }
    await this.answerBinary(body, response);
  }

  /** The status of a reply in the binary protocol. */
  @Get(['requestStatus/:id', 'api/1/requestStatus/:id'])
  requestStatus(@Param('id') id: string): RequestStatus {
    const status = this.statuses.of(id);
    if (status === undefined) throw new NotFoundException(`no request has the id ${id}`);
    return status;
  }

  /** The times of a range's first and last pulse. */
  @Post(['query/mapping', 'api/1/query/mapping'])
  @HttpCode(200)
  mapping(@Body() body: unknown): { start: GlobalTime; end: GlobalTime }[] {
    const { startPulseId, endPulseId } = parseMapping(body);
    return [{ start: globalTime(startPulseId), end: globalTime(endPulseId) }];
  }

  private async answerBinary(body: unknown, response: ServerResponse): Promise<void> {
    const query = parseQuery(body);
    const id = this.statuses.begin();
    response.setHeader('Content-Type', BINARY);
    response.setHeader('x-daqbuffer-request-id', id);
    const fault = await this.answer(query, binaryReply(query, this.byteRings), response);
    this.statuses.end(id, ...(fault ? [`fault asked for: ${fault.kind}`] : []));
  }

  /** @returns the fault with which it was answered */
  private async answer(
    query: SimulatorQuery,
    chunks: Iterable<Buffer>,
    response: ServerResponse,
  ): Promise<SimulatedFault | undefined> {
    const fault = this.faults.next(query.channels.map(({ name }) => name));
    const { startPulseId: start_pulse_id, endPulseId: stop_pulse_id } = query.range;
    const asked = { channels: query.channels.length, start_pulse_id, stop_pulse_id };
    if (fault) {
      this.logger.log('query answered with a fault', { ...asked, fault: fault.kind });
      await sendFault(response, fault, chunks);
      return fault;
    }
    const begin = performance.now();
    const { bytes, complete } = await sendChunks(response, chunks);
    const duration_s = Number(((performance.now() - begin) / 1000).toFixed(3));
    this.logger.log(complete ? 'query answered' : 'query abandoned by the client', {
      ...asked,
      bytes,
      duration_s,
    });
    return undefined;
  }
}

interface GlobalTime {
  readonly globalSeconds: string;
}

function globalTime(pulseId: number): GlobalTime {
  return { globalSeconds: globalSecondsOf(pulseId) };
}
