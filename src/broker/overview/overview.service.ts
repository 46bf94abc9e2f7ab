import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { versionAndBuild } from '../../config/version.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { AcquisitionService } from '../acquisition/acquisition.service.js';
import { ChannelSearch } from '../channels/channel-search.js';
import { WriterRegistry } from '../delivery/writer-registry.js';
import { Ledger } from '../ledger/ledger.js';
import { Readiness } from '../monitoring/readiness.js';
import { Deliveries } from '../outbox/deliveries.js';
import { Outbox } from '../outbox/outbox.js';
import { now } from '../process/clock.js';
import { acquisitionOverview } from './present-acquisition.js';
import type { HealthProblem, Overview, QueueOfRequests, WriterOverview } from './replies.js';
import { Throughput } from './throughput.js';

/** Jobs of a writer that are shown. */
const SHOWN_JOBS = 20;

/** Puts together what a person wants to know of the broker at a glance. */
@Injectable()
export class OverviewService {
  private readonly facts = {
    host: hostname(),
    version: versionAndBuild(),
    started: Date.now() / 1000 - process.uptime(),
  };

  constructor(
    private readonly settings: BrokerSettings,
    private readonly acquisition: AcquisitionService,
    private readonly channels: ChannelSearch,
    private readonly deliveries: Deliveries,
    private readonly outbox: Outbox,
    private readonly ledger: Ledger,
    private readonly registry: WriterRegistry,
    @Inject(WORK_QUEUE) private readonly work: WorkQueue,
    private readonly readiness: Readiness,
    private readonly throughput: Throughput,
  ) {}

  async overview(): Promise<Overview> {
    return {
      time: Date.now() / 1000,
      ...this.facts,
      page: this.settings.page,
      audit_trail_only: this.settings.audit_trail_only,
      channel_search: this.channels.isThere,
      acquisition: acquisitionOverview(this.acquisition.present),
      queue: this.queue(),
      health: await this.problems(),
      writers: this.writers(),
      silent_writers: this.work.consumers.nonReporting,
      throughput: this.throughput.overview(),
    };
  }

  private queue(): QueueOfRequests {
    const { requests_queued, requests_under_way, requests_healing } = this.outbox.counts();
    return {
      waiting: requests_queued,
      under_way: requests_under_way,
      healing: requests_healing,
      oldest_age: this.deliveries.oldestAge('live'),
    };
  }

  private async problems(): Promise<HealthProblem[]> {
    const looks = Object.entries(this.readiness.checks).map(async ([check, look]) => {
      const { status, message = 'is not as it should be' } = await look();
      return status === 'up' ? [] : [{ check, status, message }];
    });
    return (await Promise.all(looks)).flat();
  }

  private writers(): WriterOverview[] {
    const { requests } = this.deliveries;
    const [heldBy, jobs, rates] = [
      requests.heldBy(),
      requests.jobsOf(),
      this.throughput.lastSeconds(),
    ];
    const listed = [
      ...this.registry.list(heldBy).map((writer) => ({ ...writer, silent: false })),
      ...this.registry.silent(now()).map((writer) => ({ ...writer, silent: true })),
    ];
    return listed.map((writer) => ({
      ...writer,
      jobs: (jobs.get(writer.writer_id) ?? [])
        .slice(0, SHOWN_JOBS)
        .map((entry) => this.ledger.lookup.openHead(entry))
        .filter((head) => head !== undefined),
      bytes_per_second: rates.get(writer.writer_id) ?? 0,
    }));
  }
}
