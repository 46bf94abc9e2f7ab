import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { ABANDONED_BY } from '../../audit/abandoned-line.js';
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
import { AbandonedFile } from './abandoned-file.js';
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
  /** Ids of requests that are in the trail already, as the call asks for them once more. */
  readonly repeats?: readonly string[];
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
    private readonly abandoned: AbandonedFile,
    private readonly trail: AuditTrail,
    private readonly statistics: Statistics,
  ) {}

  /** Recovers the acquisition that a predecessor left, unless it had been stopped and recorded. */
  async onModuleInit(): Promise<void> {
    await this.abandoned.open();
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
    await this.abandoned.close();
  }

  get status(): AcquisitionStatus {
    return this.current.status;
  }

  /** The id of the acquisition under way, once it has parameters. */
  get id(): string | undefined {
    return this.current.configuration?.id;
  }

  /** The acquisition under way, for those who look at it. */
  get present(): Acquisition {
    return this.current;
  }

  /**
   * Accepts parameters.
   *
   * @returns the parameters as posted
   * @throws InvalidParameters, OutputFileRefused, NoChannelList, AcquisitionNotSaved
   */
  async configure(body: unknown): Promise<AcquisitionParameters> {
    const configuration = await this.configurationOf(parseParameters(body));
    const { parameters } = configuration;
    const previous = this.current;
    const abandons = !haveSameData(previous.configuration, configuration);
    if (abandons) await this.keep(previous, 'parameters_replaced');
    await this.moveTo(previous.configure(configuration));
    if (abandons && previous.status === 'receiving') {
      this.statistics.abandoned('parameters_replaced');
      this.logger.warn('parameters replaced while receiving; the earlier file is abandoned', {
        ...fieldsOf(this.current),
        abandoned_request_id: previous.configuration?.id,
        abandoned_output_file: previous.configuration?.outputFile,
      });
    }
    this.logger.log('parameters accepted', { status: this.status, ...fieldsOf(this.current) });
    return parameters;
  }

  /**
   * What parameters ask for. File name and channels are settled here: exactly what was accepted will be
   * written, whatever happens to the channel list until the stop.
   *
   * @throws InvalidParameters, OutputFileRefused, NoChannelList
   */
  async configurationOf(
    parameters: AcquisitionParameters,
  ): Promise<Configuration & { readonly time: number }> {
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
    return { id: randomUUID(), parameters, outputFile, channels, time: Date.now() / 1000 };
  }

  /** @throws AcquisitionNotSaved */
  async start(pulseId: number): Promise<void> {
    const previous = this.current;
    const next = previous.start(pulseId, Date.now() / 1000);
    if (next === previous) return;
    await this.moveTo(next);
    if (previous.status === 'receiving') {
      this.logger.warn('start replaces an earlier one, which is only noted', {
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
    const { configuration, range } = decision;
    return this.propose(configuration, range, () => {
      this.current = Acquisition.NONE;
      this.file.clear();
    });
  }

  /** Gives up parameters and start. @throws AcquisitionNotSaved */
  async forget(): Promise<void> {
    const previous = this.current;
    if (previous === Acquisition.NONE) return;
    await this.keep(previous, 'given_up');
    await this.moveTo(Acquisition.NONE);
    if (previous.status === 'receiving') {
      this.statistics.abandoned('given_up');
      this.logger.warn('acquisition given up', fieldsOf(previous));
    }
  }

  /**
   * The requests that an acquisition becomes by its stop.
   *
   * @param recorded called when they are on disk
   */
  propose(
    { id, parameters, outputFile, channels }: Omit<Configuration, 'time'>,
    range: PulseRange,
    recorded: () => void = () => undefined,
  ): AcquisitionProposal {
    const time = Date.now() / 1000;
    const requests = writeRequestsOf(
      { ...parameters, output_file: outputFile },
      channelsOf(channels),
      range,
      time,
      !this.settings.audit_trail_only,
      id,
    );
    return {
      requests,
      acquired: { range, parameters },
      recorded: () => {
        recorded();
        this.statistics.acquired(requests);
        // It is among those that are kept also where it went on as it could not be given up.
        const { startPulseId: start_pulse_id, endPulseId: stop_pulse_id } = range;
        this.abandoned.complete({ completed: id, start_pulse_id, stop_pulse_id, time });
      },
    };
  }

  private async moveTo(next: Acquisition): Promise<void> {
    await this.file.save(next);
    this.current = next;
  }

  /** Keeps an acquisition that is about to be abandoned, if it is receiving. */
  private async keep(acquisition: Acquisition, why: (typeof ABANDONED_BY)[number]): Promise<void> {
    const { configuration, startPulseId, startTime, earlierStarts } = acquisition;
    if (!configuration || startPulseId === undefined) return;
    await this.abandoned.keep({
      id: configuration.id,
      output_file: configuration.outputFile,
      start_pulse_id: startPulseId,
      earlier_starts: earlierStarts,
      times: { parameters: configuration.time, start: startTime, abandoned: Date.now() / 1000 },
      why,
      parameters: configuration.parameters,
      channels: configuration.channels,
    });
  }
}

/** Whether parameters ask for the same as those before: DIA may repeat a call, or correct a text. */
function haveSameData(before: Configuration | undefined, now: Configuration): boolean {
  if (before?.outputFile !== now.outputFile) return false;
  const channels = new Set(before.channels);
  return (
    now.channels.length === before.channels.length &&
    now.channels.every((name) => channels.has(name))
  );
}

function fieldsOf({ configuration, startPulseId }: Acquisition): LogFields {
  return {
    request_id: configuration?.id,
    output_file: configuration?.outputFile,
    start_pulse_id: startPulseId,
  };
}
