import type { ReadPacket } from '@nestjs/microservices';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { ConfirmChannel } from 'amqplib';
import { type Observable, map } from 'rxjs';
import type { BrokerSettings } from '../../config/broker-settings.js';
import { LANES, type Lane, laneOf } from '../../request/lane.js';
import type { WriteRequest } from '../../request/write-request.js';
import { NotRouted } from '../errors.js';
import type { WorkQueue, WriterAddresses } from '../work-queue.js';
import { isThere } from './engine-connection.js';
import { Names, SENT, requestKey } from './names.js';
import { QueueDepth } from './queue-depth.js';
import { RabbitmqClient, type Route } from './rabbitmq-client.js';
import { RabbitmqConsumers } from './rabbitmq-consumers.js';
import type { ServedTrail } from './served-trail.js';
import { declareReports, declareReportsFor, declareRequests } from './topology.js';

export interface RabbitmqWorkQueueOptions {
  readonly settings: Pick<
    BrokerSettings,
    'queue' | 'rabbitmq_url' | 'rabbitmq_prefix' | 'queue_length'
  >;
  readonly trail: ServedTrail;
}

/** A broker's way to writers: durable queues, one a lane. */
export class RabbitmqWorkQueue extends RabbitmqClient implements WorkQueue {
  readonly consumers: RabbitmqConsumers;
  readonly changes: Observable<void> = this.status.pipe(map(() => undefined));
  readonly losses: Observable<void>;
  readonly refusedPeers = 0;
  readonly addresses: WriterAddresses = { stream_address: null, report_address: null };
  private readonly names: Names;
  private readonly trail: ServedTrail;
  private readonly depths: Readonly<Record<Lane, QueueDepth>>;

  constructor({ settings, trail }: RabbitmqWorkQueueOptions) {
    super(settings, 'sf-databuffer broker');
    this.names = new Names(settings.rabbitmq_prefix);
    this.trail = trail;
    this.losses = trail.losses;
    const depthOf = (lane: Lane) => new QueueDepth([this.names.lane(lane)]);
    this.depths = { live: depthOf('live'), background: depthOf('background') };
    this.consumers = new RabbitmqConsumers(settings, this.depths);
  }

  isFor(trailId: string): void {
    this.trail.set(trailId);
  }

  get isReady(): boolean {
    return this.isConnected;
  }

  health() {
    const { address: rabbitmq, isConnected: isOpen, isRefusing } = this;
    const problem = isRefusing ? 'it takes nothing for now: it lacks memory or disk' : null;
    return { isOpen, facts: { rabbitmq, problem } };
  }

  override async close(): Promise<void> {
    for (const lane of LANES) this.depths[lane].stop();
    await super.close();
  }

  protected override async declare(
    channel: ConfirmChannel,
    manager: AmqpConnectionManager,
  ): Promise<void> {
    const { names, trail } = this;
    const mark = names.markOf(trail.id);
    const wasThere = [
      await isThere(manager, (probe) => probe.checkExchange(mark)),
      ...(await Promise.all(
        LANES.map((lane) => isThere(manager, (probe) => probe.checkQueue(names.lane(lane)))),
      )),
    ];
    await declareRequests(channel, names);
    await declareReports(channel, names);
    await declareReportsFor(channel, names, trail.id);
    await channel.assertExchange(mark, 'direct', { durable: true });
    if (wasThere.includes(false)) trail.lose();
    for (const lane of LANES) this.depths[lane].follow(channel);
  }

  protected override routeOf({ data }: ReadPacket<WriteRequest>): Route {
    const { request_id: messageId } = data;
    return {
      exchange: this.names.requests,
      key: requestKey(laneOf(data), this.trail.id),
      options: { persistent: true, mandatory: true, messageId, headers: { [SENT]: Date.now() } },
    };
  }

  protected override async deliver(packet: ReadPacket): Promise<void> {
    try {
      await super.deliver(packet);
    } catch (error) {
      // The queues were deleted: they are declared anew, and what they kept is gone.
      if (error instanceof NotRouted) this.declareAgain();
      throw error;
    }
  }
}
