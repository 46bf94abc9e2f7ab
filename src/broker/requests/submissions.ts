import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { NO_FILE, OutputRoots } from '../../output/output-roots.js';
import { exactJson, parseExactJson } from '../../request/exact-json.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { AcquisitionProposal } from '../acquisition.service.js';
import { AcquisitionService } from '../acquisition.service.js';
import { OwnFiles } from '../own-files.js';
import { Statistics } from '../statistics.js';

/** Write requests that somebody submits, as they stand in a trail or an `.err` file. */
@Injectable()
export class Submissions {
  constructor(
    private readonly settings: BrokerSettings,
    private readonly roots: OutputRoots,
    private readonly ownFiles: OwnFiles,
    private readonly acquisition: AcquisitionService,
    private readonly statistics: Statistics,
  ) {}

  /**
   * The request that a submitted one becomes: made now, under an id of its own.
   *
   * @throws InvalidWriteRequest, OutputFileRefused
   */
  propose(body: unknown): AcquisitionProposal {
    const submitted = Object(body) as WriteRequest;
    const { id, outputFile: asSubmitted } = parseWriteRequest(submitted);
    const outputFile = this.roots.resolve(asSubmitted);
    if (outputFile !== NO_FILE) this.ownFiles.refuse(asSubmitted, [outputFile]);
    const parameters = parseExactJson(submitted.parameters) as object;
    const request: WriteRequest = {
      data_api_request: submitted.data_api_request,
      parameters: exactJson({ ...parameters, output_file: outputFile }),
      timestamp: Date.now() / 1000,
      request_id: randomUUID(),
      ...(id !== undefined && { replay_of: id }),
      ...(this.settings.audit_trail_only && { dispatch: false }),
    };
    return {
      requests: [request],
      reply: {
        status: this.acquisition.status,
        request_id: request.request_id,
        replay_of: id ?? null,
      },
      recorded: () => this.statistics.submitted(),
    };
  }
}
