import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import type { Proposal } from '../../audit/audit.interceptor.js';
import { BrokerSettings } from '../../config/broker-settings.js';
import { EventLog } from '../../logging/event-log.js';
import type { LogFields } from '../../logging/log-fields.js';
import { OutputRoots } from '../../filesystem/output-roots.js';
import {
  type AcquisitionParameters,
  parseParameters,
} from '../../request/acquisition-parameters.js';
import { channelsOf, trimmedNames } from '../../request/channel-list.js';
import { isCamera } from '../../request/channel.js';
import { InvalidParameters } from '../../request/errors.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { cameraFileOf, requestIdsOf, writeRequestsOf } from '../../request/write-request.js';
import { Acquisition, type AcquisitionStatus, type Configuration } from './acquisition.js';
import { AcquisitionFile } from './acquisition-file.js';
import { ChannelListFile } from './channel-list-file.js';
import { ReservedPaths } from './reserved-paths.js';
import { Statistics } from '../process/statistics.js';

/** The notification that the EPICS writer gets of an acquisition. */
export interface AcquiredRange {
  readonly range: PulseRange;
  /** As they were posted. */
  readonly parameters: AcquisitionParameters;
}

/** Write requests that a call proposes, with the acquisition that they come from if it is a new one. */
export interface AcquisitionProposal extends Proposal {
  /** The call's reply when it is recorded; no reply if undefined. */
  readonly reply?: object;
  readonly acquired?: AcquiredRange;
}

/**
 * The acquisition under way. Its calls must not overlap, recording included; see
 * {@link OneAtATimeInterceptor}.
 */
@Injectable()
export class AcquisitionService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  private current = Acquisition.NONE;

  constructor(
    private readonly settings: BrokerSettings,
    private readonly roots: OutputRoots,
    private readonly reservedPaths: ReservedPaths,
    private readonly channels: ChannelListFile,
    private readonly file: AcquisitionFile,
    private readonly trail: AuditTrail,
    private readonly statistics: Statistics,
  ) {}

  /** Recovers the acquisition that a predecessor left, unless it had been stopped and recorded. */
  async onModuleInit(): Promise<void> {
    const saved = await this.file.open();
    if (saved.configuration) {
      const recorded = await this.trail.recentlyRecorded(requestIdsOf(saved.configuration.id));
      if (recorded) return this.file.save(Acquisition.NONE);
    }
    this.current = saved;
    if (saved.configuration || saved.startPulseId !== undefined) {
      this.logger.log('acquisition recovered', { status: saved.status, ...fieldsOf(saved) });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.file.close();
  }

  get status(): AcquisitionStatus {
    return this.current.status;
  }

  /**
   * Accepts parameters. File name and channels are settled here: exactly what was accepted will be
   * written, whatever happens to the channel list until the stop.
   *
   * @returns the parameters as posted
   * @throws InvalidParameters, OutputFileRefused, NoChannelList, AcquisitionNotSaved
   */
  async configure(body: unknown): Promise<AcquisitionParameters> {
    const parameters = parseParameters(body);
    const posted = parameters.channels && trimmedNames(parameters.channels);
    const channels = posted ?? (await this.channels.names());
    if (!channels) {
      const problem = 'is missing: name the channels to write (no --channels_file is set)';
      throw new InvalidParameters([{ field: 'channels', problem }]);
    }
    const outputFile = this.roots.resolve(parameters.output_file);
    const files = [outputFile];
    if (channels.some(isCamera)) files.push(this.roots.resolve(cameraFileOf(outputFile)));
    this.reservedPaths.refuse(parameters.output_file, files);
    const configuration = { id: randomUUID(), parameters, outputFile, channels };
    const previous = this.current;
    await this.moveTo(previous.configure(configuration));
    this.noteAbandoned(previous, configuration);
    this.logger.log('parameters accepted', { status: this.status, ...fieldsOf(this.current) });
    return parameters;
  }

  /** @throws AcquisitionNotSaved */
  async start(pulseId: number): Promise<void> {
    const previous = this.current;
    const next = previous.start(pulseId);
    if (next === previous) return;
    await this.moveTo(next);
    if (previous.status === 'receiving') {
      this.logger.warn('start replaces an earlier one, whose pulses are abandoned', {
        ...fieldsOf(next),
        abandoned_start_pulse_id: previous.startPulseId,
      });
    }
    this.logger.log('start', { status: this.status, ...fieldsOf(next) });
  }

  /**
   * Stops: the acquisition's write requests, or nothing where nothing was started.
   *
   * @throws StopBelowStart, NeverConfigured, AcquisitionNotSaved
   */
  async stop(pulseId: number): Promise<AcquisitionProposal | undefined> {
    const decision = this.current.stop(pulseId);
    if (decision.action === 'nothing') return undefined;
    if (decision.action === 'refuse') {
      if (decision.next !== this.current) await this.moveTo(decision.next);
      throw decision.error;
    }
    return this.proposal(decision.configuration, decision.range);
  }

  /** Gives up parameters and start. @throws AcquisitionNotSaved */
  async forget(): Promise<void> {
    const previous = this.current;
    if (previous === Acquisition.NONE) return;
    await this.moveTo(Acquisition.NONE);
    if (previous.status === 'receiving') {
      this.logger.warn('acquisition given up', fieldsOf(previous));
    }
  }

  private async moveTo(next: Acquisition): Promise<void> {
    await this.file.save(next);
    this.current = next;
  }

  private proposal(configuration: Configuration, range: PulseRange): AcquisitionProposal {
    const { id, parameters, outputFile, channels } = configuration;
    const requests = writeRequestsOf(
      { ...parameters, output_file: outputFile },
      channelsOf(channels),
      range,
      Date.now() / 1000,
      !this.settings.audit_trail_only,
      id,
    );
    return {
      requests,
      acquired: { range, parameters },
      recorded: () => {
        this.current = Acquisition.NONE;
        this.statistics.acquired(requests);
        this.file.clear();
      },
    };
  }

  private noteAbandoned(previous: Acquisition, next: Configuration): void {
    const abandoned = previous.configuration?.outputFile;
    if (previous.status !== 'receiving' || abandoned === next.outputFile) return;
    this.logger.warn('parameters replaced while receiving; the earlier file is abandoned', {
      request_id: next.id,
      output_file: next.outputFile,
      abandoned_output_file: abandoned,
      start_pulse_id: previous.startPulseId,
    });
  }
}

function fieldsOf({ configuration, startPulseId }: Acquisition): LogFields {
  return {
    request_id: configuration?.id,
    output_file: configuration?.outputFile,
    start_pulse_id: startPulseId,
  };
}
