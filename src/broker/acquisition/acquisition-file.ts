import { AppendOnlyFile } from '../../audit/append-only-file.js';
import { type EarlierStart, isEarlierStart } from '../../audit/abandoned-line.js';
import { setAside } from '../../filesystem/set-aside.js';
import { EventLog } from '../../logging/event-log.js';
import { exactJson, parseExactJson } from '../../request/exact-json.js';
import { Acquisition, type Configuration } from './acquisition.js';
import { AcquisitionNotSaved } from './errors.js';
import { textIfThere } from '../../filesystem/text-if-there.js';

// From here on a save is a fresh file instead of one more line. Parameters posted over and over
// without a stop get there.
const LONGEST = 4 * 1024 * 1024;

/**
 * The acquisition under way, on disk: one line of JSON for each state it had, the last one counts.
 *
 * Lines instead of a file replaced each time, because a save then costs one fsync.
 */
export class AcquisitionFile {
  private readonly logger = new EventLog('Broker');
  private readonly lines: AppendOnlyFile;
  private length = 0;
  private clearing: NodeJS.Immediate | undefined;

  constructor(readonly path: string) {
    this.lines = new AppendOnlyFile(path);
  }

  /**
   * The acquisition that a predecessor left. A damaged file is kept under another name, and the last state
   * in it that can be understood counts.
   *
   * @throws AcquisitionNotSaved when the file can't be read or made
   */
  async open(): Promise<Acquisition> {
    return this.orFail(async () => {
      const texts = ((await textIfThere(this.path)) ?? '')
        .split('\n')
        .filter((text) => text !== '');
      const states = texts.map(parseState);
      if (states.includes(undefined)) await this.keepAside();
      const last = states.findLast((state) => state !== undefined) ?? Acquisition.NONE;
      await this.writeFresh(last);
      return last;
    });
  }

  /** @throws AcquisitionNotSaved, and what was saved before still counts */
  async save(state: Acquisition): Promise<void> {
    if (this.stopClearing()) await this.appendNone();
    await this.orFail(async () => {
      if (this.length > LONGEST) return this.writeFresh(state);
      const line = stateLine(state);
      await this.lines.append([line]);
      this.length += line.length;
    });
  }

  /**
   * Notes that no acquisition is under way any more, after this turn of the event loop and without waiting
   * for the disk. After a crash the old one may be there again: who reads it has to ask the trail whether
   * it is recorded.
   */
  clear(): void {
    this.clearing ??= setImmediate(() => {
      this.clearing = undefined;
      void this.appendNone();
    });
  }

  async close(): Promise<void> {
    if (this.stopClearing()) await this.appendNone();
    await this.lines.close();
  }

  /** @returns whether it was still to be cleared */
  private stopClearing(): boolean {
    const waited = this.clearing !== undefined;
    clearImmediate(this.clearing);
    this.clearing = undefined;
    return waited;
  }

  private async appendNone(): Promise<void> {
    const line = stateLine(Acquisition.NONE);
    try {
      await this.lines.append([line], { durable: false });
      this.length += line.length;
    } catch (error) {
      const facts = { file: this.path, error };
      this.logger.error('recorded acquisition could not be removed from its file', facts);
    }
  }

  private async writeFresh(state: Acquisition): Promise<void> {
    const lines = state === Acquisition.NONE ? [] : [stateLine(state)];
    await this.lines.replace(lines);
    this.length = lines.join('').length;
  }

  private async keepAside(): Promise<void> {
    const kept_as = await setAside(this.path);
    const message = 'saved acquisition is damaged; what can be read is used';
    this.logger.error(message, { file: this.path, kept_as });
  }

  private async orFail<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new AcquisitionNotSaved(this.path, error);
    }
  }
}

/** Earlier releases know the first two fields. */
interface SavedState {
  readonly configuration?: Configuration;
  readonly startPulseId?: number;
  readonly startTime?: number;
  readonly earlierStarts?: readonly EarlierStart[];
}

function stateLine({ configuration, startPulseId, startTime, ...state }: Acquisition): string {
  const earlierStarts = state.earlierStarts.length > 0 ? state.earlierStarts : undefined;
  return exactJson({ configuration, startPulseId, startTime, earlierStarts } satisfies SavedState);
}

function parseState(line: string): Acquisition | undefined {
  try {
    const { configuration, startPulseId, startTime, earlierStarts } = parseExactJson(
      line,
    ) as SavedState;
    const usable =
      (startPulseId === undefined || Number.isInteger(startPulseId)) &&
      (configuration === undefined || isConfiguration(configuration)) &&
      (earlierStarts === undefined || earlierStarts.every(isEarlierStart));
    if (!usable) return undefined;
    const isNone = configuration === undefined && startPulseId === undefined;
    if (isNone) return Acquisition.NONE;
    return new Acquisition(configuration, startPulseId, startTime, earlierStarts);
  } catch {
    return undefined;
  }
}

function isConfiguration({ id, parameters, outputFile, channels }: Configuration): boolean {
  return (
    typeof id === 'string' &&
    typeof outputFile === 'string' &&
    typeof parameters === 'object' &&
    parameters !== null &&
    Array.isArray(channels) &&
    channels.every((name) => typeof name === 'string')
  );
}
