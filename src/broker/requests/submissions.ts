import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { NO_FILE, OutputRoots } from '../../filesystem/output-roots.js';
import { MAX_CHANNELS } from '../../request/channel.js';
import { countProblems } from '../../request/channel-list.js';
import { InvalidWriteRequest, OutputFileRefused, TooManyValues } from '../../request/errors.js';
import { exactJson, parseExactJson } from '../../request/exact-json.js';
import { MAX_KEYS, widthProblem } from '../../request/json-width.js';
import { LANES, type Lane, isLane } from '../../request/lane.js';
import { logFileProblem } from '../../request/log-file.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { AcquisitionProposal } from '../acquisition/acquisition.service.js';
import { AcquisitionService } from '../acquisition/acquisition.service.js';
import { Ledger } from '../ledger/ledger.js';
import { usableKey } from '../acquisition/idempotency-key.js';
import { ReservedPaths } from '../acquisition/reserved-paths.js';
import { SubmittedBodies, digestOf } from '../acquisition/submitted-bodies.js';
import type { Reply } from '../http/reply.interceptor.js';
import { Statistics } from '../process/statistics.js';
import type { SubmissionQuery } from './query.js';
import type { SubmittedReply } from './replies.js';

/** A query has a name and a backend for each of its channels. */
const MAX_KEYS_OF_QUERY = 2 * MAX_CHANNELS + MAX_KEYS;

/** Submitted write requests, as they stand in a trail or an `.err` file. */
@Injectable()
export class Submissions {
  private readonly submitted: SubmittedBodies;

  constructor(
    private readonly settings: BrokerSettings,
    private readonly roots: OutputRoots,
    private readonly reservedPaths: ReservedPaths,
    private readonly acquisition: AcquisitionService,
    ledger: Ledger,
    private readonly statistics: Statistics,
  ) {
    this.submitted = new SubmittedBodies(ledger.lookup);
  }

  /**
   * The request that a submitted one becomes: made now, under an id of its own. Nothing where it was
   * recorded already: a caller that lost the answer may ask again. Calls must not overlap.
   *
   * The line's own `force` was meant for the original request alone.
   *
   * @param key the id that it gets, chosen by the caller
   * @param asked how it is to be acquired: whether its file may be replaced by one with fewer rows; its lane
   * @throws InvalidWriteRequest, OutputFileRefused, InvalidQuery, KeyUsedAlready, TooManyValues
   */
  async propose(
    body: unknown,
    key: string | undefined,
    { force = false, lane: askedLane }: SubmissionQuery = {},
  ): Promise<AcquisitionProposal> {
    const requestId = key === undefined ? randomUUID() : usableKey(key);
    const submitted = Object(body) as WriteRequest;
    for (const field of ['data_api_request', 'parameters'] as const)
      refuseTooWide(submitted, field);
    const parsed = parseWriteRequest(submitted);
    const { id, replayOf, replayOfTimestamp, outputFile: asSubmitted, channels } = parsed;
    // Acquiring a replay again means the data of the first one.
    const first = replayOf ?? id;
    const tooMany = countProblems(channels);
    if (tooMany.length > 0) throw new InvalidWriteRequest(tooMany);
    const outputFile = this.roots.resolve(asSubmitted);
    if (outputFile !== NO_FILE) this.reservedPaths.refuse(asSubmitted, [outputFile]);
    const parameters = parseExactJson(submitted.parameters) as object;
    this.refuseLogFile(submitted);
    const { layout, log_file } = submitted;
    const lane = laneFor(submitted, askedLane);
    const request = {
      data_api_request: submitted.data_api_request,
      parameters: exactJson({ ...parameters, output_file: outputFile }),
      timestamp: Date.now() / 1000,
      request_id: requestId,
      ...(layout !== undefined && { layout }),
      ...(log_file !== undefined && { log_file }),
      ...(first !== undefined && { replay_of: first }),
      ...(replayOfTimestamp !== undefined && { replay_of_timestamp: replayOfTimestamp }),
      ...(force && { force }),
      ...(this.settings.audit_trail_only && { dispatch: false }),
      // Without the lane where nobody asked for one, as releases without lanes have it.
      body_digest: digestOf(exactJson({ ...submitted, force, ...(askedLane && { askedLane }) })),
      lane,
    };
    const channelsAsked = channels.length;
    const composed = { request, outputFile, range: parsed.pulseRange, channelsAsked };
    const { status } = this.acquisition;
    const reply: Reply<SubmittedReply> = {
      status,
      request_id: requestId,
      replay_of: first ?? null,
    };
    if (await this.submitted.has(request, composed)) {
      return { requests: [], repeats: [requestId], reply, recorded: () => undefined };
    }
    const recorded = () => {
      this.statistics.submitted();
      this.submitted.add(request);
    };
    return { requests: [composed], reply, recorded };
  }

  /** @throws InvalidWriteRequest */
  private refuseLogFile({ log_file }: Partial<WriteRequest>): void {
    if (log_file === undefined) return;
    const field = 'log_file';
    const problem = logFileProblem(log_file);
    if (problem !== undefined) throw new InvalidWriteRequest([{ field, problem }]);
    try {
      this.reservedPaths.refuse(log_file, [this.roots.resolve(log_file)]);
    } catch (error) {
      if (!(error instanceof OutputFileRefused)) throw error;
      throw new InvalidWriteRequest([{ field, problem: error.reason }]);
    }
  }
}

/**
 * The lane of a request that is submitted. That of one that was recorded was meant for the original.
 *
 * @throws InvalidWriteRequest
 */
function laneFor({ request_id, lane }: WriteRequest, asked: Lane | undefined): Lane {
  if (asked !== undefined) return asked;
  if (request_id !== undefined || lane === undefined) return 'background';
  if (isLane(lane)) return lane;
  throw new InvalidWriteRequest([{ field: 'lane', problem: `must be ${LANES.join(' or ')}` }]);
}

/** @throws TooManyValues */
function refuseTooWide(request: WriteRequest, field: 'data_api_request' | 'parameters'): void {
  const text: unknown = request[field];
  const maxKeys = field === 'parameters' ? MAX_KEYS : MAX_KEYS_OF_QUERY;
  const problem = typeof text === 'string' ? widthProblem(text, maxKeys) : undefined;
  if (problem !== undefined) throw new TooManyValues(field, problem);
}
