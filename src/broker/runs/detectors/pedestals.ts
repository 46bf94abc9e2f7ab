import { Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { unlink } from 'node:fs/promises';
import { EventLog } from '../../../logging/event-log.js';
import { plainNumber } from '../../../request/exact-json.js';
import { RawFolder } from '../../../runs/raw-folder.js';
import { pythonJson } from '../../../runs/python-json.js';
import { pythonTime } from '../../../runs/python-time.js';
import { PgroupNotWritable } from '../../../runs/errors.js';
import { NotHandedOn } from '../hand-on/errors.js';
import { RequestExchange } from '../hand-on/request-exchange.js';
import { requestMessage } from '../hand-on/request-message.js';
import type { PedestalRequest } from './pedestal-request.js';

const FOLDER = 'JF_pedestals';
/** Pulses of all gains together, and the pulses of the machine a second. */
const [PULSES, PULSES_PER_S] = [3000, 100];
/** For the programs that take part, s. */
const MARGIN_S = 10;
/** Names are by the second: so many later ones are tried where another call has one. */
const MAX_TRIES = 60;

/** Pedestals, which others take: their request goes to the pgroup's folder of pedestals, and over the exchange. */
@Injectable()
export class Pedestals {
  private readonly logger = new EventLog('Broker');

  constructor(private readonly exchange: RequestExchange) {}

  /**
   * Has pedestals taken.
   *
   * @param raw the pgroup's raw folder
   * @returns how many s it takes
   * @throws NoRequestExchange, NotHandedOn, PgroupFolderMissing, PgroupNotWritable
   */
  async take(raw: string, beamline: string, request: PedestalRequest): Promise<number> {
    this.exchange.assertThere('pedestal');
    const time = new Date();
    const request_time = pythonTime(time);
    const rate = plainNumber(request.rate_multiplicator ?? 1) as number;
    const name = await this.note(raw, { ...request, beamline, request_time }, time);
    const folder = join(raw, FOLDER);
    const body = {
      writer_type: 'pedestal',
      channels: null,
      start_pulse_id: 0,
      stop_pulse_id: 100,
      output_file: null,
      run_log_file: join(folder, `${name}.log`),
      metadata: null,
      timestamp: time.getTime() / 1000,
      detectors: request.detectors,
      directory_name: FOLDER,
      output_file_prefix: join(folder, name),
      path_to_pgroup: `${raw}/`,
      pedestalmode: request.pedestalmode ?? false,
      rate_multiplicator: rate,
      request_time,
      run_file_json: join(folder, `${name}.json`),
      run_info_directory: folder,
      run_log_level: request.run_log_level ?? 'INFO',
    };
    const message = { kind: 'pedestal', routingKey: 'detector.pedestal' } as const;
    try {
      await this.exchange.publish(requestMessage(message, body, body.timestamp));
    } catch (error) {
      // Where it may have been taken all the same, who takes it reads the file.
      if (!(error instanceof NotHandedOn) || error.isCertain) await this.forget(body.run_file_json);
      throw error;
    }
    return (PULSES / PULSES_PER_S) * rate + MARGIN_S;
  }

  /** Puts the request on disk. @returns the name of what belongs to it, without suffix */
  private async note(raw: string, request: object, time: Date): Promise<string> {
    const text = pythonJson(request, { indent: 4, sorted: true });
    const folder = RawFolder.open(raw);
    try {
      folder.refuseUnwritable('');
      folder.make(FOLDER);
      const name = await freeName(folder, time);
      const file = await folder.openOrMake(FOLDER, `${name}.json`);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await folder.sync();
      return name;
    } catch (error) {
      if (error instanceof PgroupNotWritable) throw error;
      throw new PgroupNotWritable(join(raw, FOLDER), folder.withNames(error));
    } finally {
      folder.close();
    }
  }

  /** Nobody takes them: the request would only mislead. */
  private async forget(file: string): Promise<void> {
    try {
      await unlink(file);
    } catch (error) {
      this.logger.error('the request for pedestals stays, though nobody takes them', {
        file,
        error,
      });
    }
  }
}

/** A name that nobody has, and which is this call's from now on. */
async function freeName(folder: RawFolder, time: Date): Promise<string> {
  for (let tries = 0; ; tries++) {
    const name = pedestalName(new Date(time.getTime() + 1000 * tries));
    try {
      await folder.makeEmpty(FOLDER, `${name}.json`);
      return name;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
      if (!isTaken || tries === MAX_TRIES) throw error;
    }
  }
}

/** `YYYYMMDD_HHMMSS`, local time. */
function pedestalName(time: Date): string {
  return pythonTime(time).slice(0, 19).replaceAll(/[-:]/g, '').replace(' ', '_');
}
