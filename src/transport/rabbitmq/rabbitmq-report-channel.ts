import type { ReadPacket } from '@nestjs/microservices';
import type { AmqpConnectionManager } from 'amqp-connection-manager';
import type { ConfirmChannel } from 'amqplib';
import type { WriterSettings } from '../../config/writer-settings.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import type { AddressedReport } from '../../report/report-message.js';
import type { Report } from '../../report/report.js';
import { isTrailId } from '../../request/request-order.js';
import { NotRouted } from '../errors.js';
import type { ReportChannel } from '../report-channel.js';
import { isThere } from './engine-connection.js';
import { ALL, Names } from './names.js';
import { RabbitmqClient, type Route } from './rabbitmq-client.js';
import { declareReports, declareReportsFor } from './topology.js';

/** The lease of a broker, in heartbeats of a writer, with the defaults of both. */
const HEARTBEATS_A_LEASE = 6;

/** Reports that must reach the broker, however long it is away. */
const LASTING: ReadonlySet<Report['kind']> = new Set(['outcome', 'returned', 'taken'] as const);

export interface RabbitmqReportChannelOptions {
  readonly settings: Pick<
    WriterSettings,
    'queue' | 'rabbitmq_url' | 'rabbitmq_prefix' | 'heartbeat'
  >;
}

/** A writer's way to all brokers: each report on a request waits in a queue of the broker whose request it was. */
export class RabbitmqReportChannel extends RabbitmqClient implements ReportChannel {
  /** What RabbitMQ has confirmed is on its disk. */
  readonly doubtMs = 0;
  readonly remedy = 'look at the log of RabbitMQ, and whether its disk is full';
  private readonly strangers = new LogThrottle();
  private readonly names: Names;
  private readonly expiration: string;
  private declared: { channel: ConfirmChannel; manager: AmqpConnectionManager } | undefined;

  constructor({ settings }: RabbitmqReportChannelOptions) {
    super(settings, 'sf-databuffer writer, reports');
    this.names = new Names(settings.rabbitmq_prefix);
    this.expiration = String(Math.ceil(1000 * HEARTBEATS_A_LEASE * settings.heartbeat));
  }

  protected override async declare(
    channel: ConfirmChannel,
    manager: AmqpConnectionManager,
  ): Promise<void> {
    await declareReports(channel, this.names);
    this.declared = { channel, manager };
  }

  protected override routeOf({ data }: ReadPacket<AddressedReport>): Route {
    const { kind, trail_id: trailId } = data;
    const { names, expiration } = this;
    if (!LASTING.has(kind)) {
      return { exchange: names.presence, key: trailId ?? ALL, options: { expiration } };
    }
    // A request without a trail is nobody's to wait for.
    const mandatory = isTrailId(trailId);
    return {
      exchange: names.reports,
      key: trailId ?? '',
      options: { persistent: true, mandatory },
    };
  }

  protected override async deliver({ pattern, data }: ReadPacket<AddressedReport>): Promise<void> {
    try {
      await super.deliver({ pattern, data });
    } catch (error) {
      if (!(error instanceof NotRouted) || !this.declared) throw error;
      const { channel, manager } = this.declared;
      const { names } = this;
      const trailId = data.trail_id!;
      if (!(await isThere(manager, (probe) => probe.checkExchange(names.markOf(trailId))))) {
        // A broker that comes, and finds its mark gone, sends again what it had handed over.
        const heldBack = this.strangers.pass(trailId);
        if (heldBack !== undefined) {
          const facts = { trail_id: trailId, ...notLoggedBefore(heldBack) };
          this.log.warn('nobody takes a report: its trail has no broker here', facts);
        }
        return;
      }
      await declareReportsFor(channel, names, trailId);
      await super.deliver({ pattern, data });
    }
  }
}
