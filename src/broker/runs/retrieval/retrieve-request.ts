import {
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  ValidateBy,
} from 'class-validator';
import { LosslessNumber } from 'lossless-json';
import { isPulseId } from '../../../request/pulse-range.js';
import { plainNumber } from '../../../request/exact-json.js';
import { MAX_RUN_NUMBER } from '../../../runs/run-names.js';
import type { Integer } from '../../../request/integer.js';

/** One in so many pulses. */
export const RATES = [1, 2, 4, 8, 10, 20, 40, 50, 100] as const;

const CHANNELS = { message: 'must be a list of channel names' };
const TEXT = { message: 'must be a text' };
/** What is said of what is no pulse id. */
export const PULSE_ID =
  'must be a pulse id: an integer from 0 to 9007199254740992 (2^53), also as text';
const OBJECT = { message: 'must be an object' };

/**
 * A number as a client gives it: also as text, as Python's `int` takes it. Other values as they are, and digits
 * that JavaScript has no number for.
 */
export function numberOf(value: unknown): unknown {
  const text = value instanceof LosslessNumber ? value.value : value;
  const digits = typeof text === 'string' ? /^\s*0*(\d+)\s*$/.exec(text)?.[1] : undefined;
  if (digits === undefined) return plainNumber(value);
  const number = Number(digits);
  return String(number) === digits ? number : text;
}

/** Checks that a field is a pulse id, or the text of one. */
function IsPulseIdOrText(): PropertyDecorator {
  const validate = (value: unknown) => isPulseId(numberOf(value));
  return ValidateBy({ name: 'isPulseIdOrText', validator: { validate } }, { message: PULSE_ID });
}

function IsRunNumber(): PropertyDecorator {
  const message =
    'must be a run number: an integer of 1 or more, also as text; left out, the next is taken';
  const validate = (value: unknown) => {
    const number = numberOf(value);
    return Number.isInteger(number) && Number(number) >= 1 && Number(number) <= MAX_RUN_NUMBER;
  };
  return ValidateBy({ name: 'isRunNumber', validator: { validate } }, { message });
}

function ArePulseIds(): PropertyDecorator {
  const message = 'must be a list of pulse ids';
  const validate = (value: unknown) =>
    Array.isArray(value) && value.every((each) => isPulseId(numberOf(each)));
  return ValidateBy({ name: 'arePulseIds', validator: { validate } }, { message });
}

function AreOptionsByName(): PropertyDecorator {
  const message = 'must give options by name for each detector, as {"JF01T03V01": {}}';
  const validate = (value: unknown) =>
    Object.values(Object(value) as object).every(
      (each) => typeof each === 'object' && !Array.isArray(each),
    );
  return ValidateBy({ name: 'areOptionsByName', validator: { validate } }, { message });
}

/**
 * Pulses that are past, to be written as an acquisition of a run. One of the four lists has to be there.
 *
 * Keys that are not listed here are accepted, and kept in the run's metadata.
 */
export class RetrieveRequest {
  /**
   * Whose data it is; its raw folder has to exist.
   *
   * @example 'p12345'
   */
  @IsString({ message: 'must be a text, as p12345' })
  @IsDefined({ message: 'is missing: give a pgroup, as p12345' })
  pgroup!: string;

  /**
   * The first pulse; text is taken as well.
   *
   * @minimum 0
   * @maximum 9007199254740992
   * @example 1000
   */
  @IsPulseIdOrText()
  @IsDefined({ message: 'is missing: give the first pulse id' })
  start_pulseid!: Integer | string;

  /**
   * The last pulse, which belongs to the range; text is taken as well.
   *
   * @minimum 0
   * @maximum 9007199254740992
   * @example 1099
   */
  @IsPulseIdOrText()
  @IsDefined({ message: 'is missing: give the last pulse id' })
  stop_pulseid!: Integer | string;

  /** One in so many pulses is wanted: 1, 2, 4, 8, 10, 20, 40, 50 or 100. @example 1 */
  @IsIn(RATES, { message: `must be one of ${RATES.join(', ')}` })
  @IsOptional()
  rate_multiplicator?: Integer | null;

  /**
   * Channels to write.
   *
   * @example ['SIMULATOR-SCALAR-FLOAT64-1', 'SIMULATOR-WAVEFORM-FLOAT32-1024-1']
   */
  @IsString({ each: true, ...CHANNELS })
  @IsArray(CHANNELS)
  @IsOptional()
  channels_list?: string[] | null;

  /** Cameras to write, whatever their names are. @example ['SIMULATOR-CAMERA-SMALL:FPICTURE'] */
  @IsString({ each: true, ...CHANNELS })
  @IsArray(CHANNELS)
  @IsOptional()
  camera_list?: string[] | null;

  /** EPICS channels, for the EPICS writer. @example [] */
  @IsString({ each: true, ...CHANNELS })
  @IsArray(CHANNELS)
  @IsOptional()
  pv_list?: string[] | null;

  /** Options by detector, for those who write detectors. @example {} */
  @AreOptionsByName()
  @IsObject({ message: 'must be an object: options by name of the detector' })
  @IsOptional()
  detectors?: Record<string, object | null> | null;

  /** A number from advance_run_number, for all acquisitions of a run. Left out, the next is taken. */
  @IsRunNumber()
  @IsOptional()
  run_number?: Integer | string | null;

  /** Any text that tells runs apart. */
  @IsString(TEXT)
  @IsOptional()
  user_tag?: string | null;

  /** Whether the tag becomes part of the run folder's name. */
  @IsBoolean({ message: 'must be true or false' })
  @IsOptional()
  append_user_tag_to_data_dir?: boolean | null;

  /** Flat layout only: the folder below the raw folder that files go into. */
  @IsString(TEXT)
  @IsOptional()
  directory_name?: string | null;

  /** Of a scan of which this is one step: its name, and lists with what was set and read. */
  @IsObject(OBJECT)
  @IsOptional()
  scan_info?: Record<string, unknown> | null;

  /** Pulses of the range that are wanted. Kept, and heeded by writers with --select_pulses. */
  @ArePulseIds()
  @IsOptional()
  selected_pulse_ids?: (Integer | string)[] | null;

  [further: string]: unknown;
}
