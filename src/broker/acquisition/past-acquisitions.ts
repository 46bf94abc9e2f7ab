import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { exactJson } from '../../request/exact-json.js';
import { requestIdsOf } from '../../request/write-request.js';
import type { Reply } from '../http/reply.interceptor.js';
import { Ledger } from '../ledger/ledger.js';
import { type AcquisitionProposal, AcquisitionService } from './acquisition.service.js';
import { usableKey } from './idempotency-key.js';
import { parsePastAcquisition } from './past-acquisition.js';
import type { CompletionReply } from './replies.js';
import { SubmittedBodies, digestOf } from './submitted-bodies.js';

/** Acquisitions whose pulses are past when they are asked for. */
@Injectable()
export class PastAcquisitions {
  private readonly submitted: SubmittedBodies;

  constructor(
    private readonly acquisition: AcquisitionService,
    ledger: Ledger,
  ) {
    this.submitted = new SubmittedBodies(ledger.lookup);
  }

  /**
   * The requests of an acquisition whose pulses are past; the one under way stays as it is. Nothing where they
   * were recorded already: a caller that lost the answer may ask again. Calls must not overlap.
   *
   * @param key by which the caller knows this acquisition
   * @throws InvalidParameters, OutputFileRefused, NoChannelList, InvalidQuery, KeyUsedAlready
   */
  async propose(body: unknown, key: string | undefined): Promise<AcquisitionProposal> {
    const id = key === undefined ? randomUUID() : idOf(usableKey(key));
    const { parameters, range } = parsePastAcquisition(body);
    const configuration = { ...(await this.acquisition.configurationOf(parameters)), id };
    const body_digest = digestOf(exactJson(Object(body) as object));
    const proposal = this.acquisition.propose(configuration, range);
    const requests = proposal.requests.map(({ request, ...said }) => ({
      ...said,
      request: { ...request, request_id: request.request_id!, body_digest },
    }));
    const repeats: string[] = [];
    // Both: where the broker's list of channels has changed since, the parts may be others.
    for (const request_id of requestIdsOf(id)) {
      const asked = { ...requests[0].request, request_id };
      if (await this.submitted.has(asked, requests[0], key)) repeats.push(request_id);
    }
    if (repeats.length > 0) {
      return { requests: [], repeats, reply: this.replyFor(repeats), recorded: () => undefined };
    }
    return {
      ...proposal,
      requests,
      reply: this.replyFor(requests.map(({ request }) => request.request_id)),
      recorded: () => {
        proposal.recorded();
        for (const { request } of requests) this.submitted.add(request);
      },
    };
  }

  private replyFor(request_ids: readonly string[]): Reply<CompletionReply> {
    return { status: this.acquisition.status, request_ids };
  }
}

/** An id that no other acquisition has, whatever callers take for a key: a UUID of version 8. */
function idOf(key: string): string {
  const hex = createHash('sha256').update(`past acquisition ${key}`).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-a$4-$5');
}
