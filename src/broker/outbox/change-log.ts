import { EventLog } from '../../logging/event-log.js';
import { countsOf } from '../../report/count-channels.js';
import type { RequestHead } from '../../report/request-record.js';
import { type Delivery, isHealing } from '../delivery/delivery.js';
import { unreportedFailure } from '../delivery/handling-for.js';
import type { ChangeDetails } from '../ledger/record-changes.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';

/** The log lines about the delivery of requests. */
export class ChangeLog {
  private readonly logger = new EventLog('Broker');

  /**
   * @param head what is known of the request now
   * @param isQuiet whether its place is known to be down: that was said once for all requests
   */
  note(
    head: RequestHead,
    before: Delivery,
    after: Delivery,
    details: ChangeDetails,
    isQuiet: boolean,
  ): void {
    const { request_id, output_file, start_pulse_id, stop_pulse_id, attempt, writer_id } = head;
    const fields = { request_id, output_file, start_pulse_id, stop_pulse_id, attempt, writer_id };
    const counts = details.report && countsOf(details.report);
    if (after.cancelled) this.logger.log('request cancelled', fields);
    else if (before.kept && after.state === 'sent') {
      this.logger.warn(
        'request is handed to another writer by the queue: its writer is gone',
        fields,
      );
    } else if (after.state === 'queued') this.noteAgain(fields, before, after, head);
    else if (after.state === 'failed')
      this.noteFailure({ ...fields, ...counts }, head, before, after, isQuiet);
    else this.logger.log(`request ${after.state}`, { ...fields, ...counts });
  }

  /** A writer gave a request back that it can't, or is not to, begin: that happens often, and means little. */
  refused({ id: request_id }: TrackedRequest, writer_id: string, reason: string): void {
    this.logger.debug('request given back', { request_id, writer_id, reason });
  }

  /** It was put back from the dead letters of the queue. */
  putBack({
    id: request_id,
    outputFile: output_file,
    delivery: { attempt },
  }: TrackedRequest): void {
    const message = 'request is sent again: it was put back from the dead letters of the queue';
    this.logger.log(message, { request_id, output_file, attempt });
  }

  /**
   * One that was put back, and of which nothing comes: it is not among the dead letters any more.
   *
   * @param request undefined: it is not known any more
   */
  notPutBack(request_id: string, request?: TrackedRequest): void {
    const message = 'request is not sent again, although it was put back from the dead letters';
    if (!request) {
      const remedy = 'acquire again: it was settled too long ago to be known here';
      this.logger.warn(message, { request_id, remedy });
    } else this.logger.log(message, { request_id, previous_state: request.state });
  }

  private noteAgain(fields: object, before: Delivery, after: Delivery, head: RequestHead): void {
    const { code, message } = head.failure ?? {};
    if (after.undecided && after.undecided !== before.undecided) {
      const facts = { ...fields, code, error: message };
      this.logger.warn('request failed at a writer, another one is to try it', facts);
    } else if ((after.deaths ?? 0) > (before.deaths ?? 0)) {
      const facts = { ...fields, deaths: after.deaths };
      this.logger.warn('request is sent again: its writer died while it wrote it', facts);
    } else if (after.givenUp?.isDeadLetter && !before.givenUp) {
      const { message: error, code } = unreportedFailure(after)!;
      this.logger.error('request is a dead letter of the queue', { ...fields, code, error });
    } else if (after.stalledAt !== before.stalledAt) {
      this.logger.warn('request is sent to another writer: it made no progress', fields);
    } else {
      const facts = { ...fields, previous_state: before.state };
      this.logger.warn('request is sent again: no writer reported on it', facts);
    }
  }

  private noteFailure(
    fields: object,
    { failure, next_attempt, no_error_file }: RequestHead,
    before: Delivery,
    after: Delivery,
    isQuiet: boolean,
  ): void {
    const { code, message } = failure ?? {};
    const facts = { ...fields, code, error: message, next_attempt, no_error_file };
    if (isHealing(before) && !isHealing(after)) {
      this.logger.log('request is not tried again by itself any more', facts);
    } else if (isHealing(after) && isQuiet) this.logger.debug('request failed', facts);
    else this.logger.error('request failed', facts);
  }
}
