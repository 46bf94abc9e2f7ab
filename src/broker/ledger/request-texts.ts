import type { AuditedRequest } from '../../audit/audit-trail.js';
import type { ComposedRequest, WriteRequest } from '../../request/write-request.js';
import { requestMovedAway } from './open-requests.js';
import { RecordedRequest } from './recorded-request.js';
import { RecordedLines } from './recorded-lines.js';
import type { TrackedRequest } from './tracked-request.js';
import { TrailFiles } from './trail-files.js';
import { factsOf, requestOn } from './trail-requests.js';

/** Requests as a whole: they are read from the trail when they are needed, as there may be very many. */
export class RequestTexts {
  private readonly files: TrailFiles;

  constructor(private readonly trail: string) {
    this.files = new TrailFiles(trail);
  }

  /** A request that was recorded just now, in memory without its parameters. */
  recorded({ request, line, ...said }: ComposedRequest & AuditedRequest): RecordedRequest {
    const place = this.files.hold(line);
    return new RecordedRequest(factsOf(request, said), place ?? request);
  }

  /** The whole of an open request; undefined where the trail was cut off and does not have it. */
  read({ live }: TrackedRequest): WriteRequest | undefined {
    return live?.recorded.read();
  }

  /** Looks for an open request in copies of a trail that was cut off. @returns whether it is there */
  async findAgain({ id, live }: TrackedRequest): Promise<boolean> {
    const request = await requestMovedAway(this.trail, id);
    if (request && live) {
      live.recorded.release();
      live.recorded = new RecordedRequest(live.recorded.facts, request);
    }
    return request !== undefined;
  }

  /** A request that is settled, looked for line by line: in the trail, then where it was moved to. */
  async search(id: string): Promise<WriteRequest | undefined> {
    const name = Buffer.from(JSON.stringify(id));
    let found: WriteRequest | undefined;
    const lines = await this.linesIfThere();
    try {
      await lines?.visit((line) => {
        const request = line.includes(name) ? requestOn(line) : undefined;
        if (request?.request_id === id) found = request;
      });
    } finally {
      await lines?.close();
    }
    return found ?? requestMovedAway(this.trail, id);
  }

  /** Undefined between the moment when the trail is moved away and the next record. */
  private async linesIfThere(): Promise<RecordedLines | undefined> {
    try {
      return await RecordedLines.open(this.trail);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  close(): void {
    this.files.close();
  }
}
