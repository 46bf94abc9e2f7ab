// Replies with the words of h5grove's protocol; its clients know these, and no `state`.

/** A type of HDF5, with its numbers. */
export interface FileType {
  /** HDF5's class: 0 integer, 1 float, 3 string, 5 opaque, 6 compound, 7 reference, 8 enumeration, 9 sequence, 10 array. @example 1 */
  readonly class: number;
  /** Bytes. @example 8 */
  readonly size: number;
  /** As numpy names it. @example '<f8' */
  readonly dtype: string | readonly unknown[];
}

export interface FileAttribute {
  /** @example 'units' */
  readonly name: string;
  /** Null where it has no value. @example [] */
  readonly shape: readonly number[] | null;
  readonly type: FileType;
}

export interface FileFilter {
  /** @example 1 */
  readonly id: number;
  /** @example 'deflate' */
  readonly name: string;
}

/** An object or a link of a file. */
export interface FileEntity {
  /** @example 'data' */
  readonly name: string;
  /** @example 'dataset' */
  readonly kind: 'group' | 'dataset' | 'datatype' | 'soft_link' | 'external_link' | 'other';
  readonly attributes?: readonly FileAttribute[];
  readonly type?: FileType;
  /** Null where it has no value. @example [300, 1] */
  readonly shape?: readonly number[] | null;
  /** Null where it is in one piece. @example null */
  readonly chunks?: readonly number[] | null;
  /** @example null */
  readonly filters?: readonly FileFilter[] | null;
  /** Of a link. @example '/data/X' */
  readonly target_path?: string;
  /** Of an external link. @example 'other.h5' */
  readonly target_file?: string;
}

/** What `/files/meta` answers: for a group also what is in it. */
export interface FileEntityReply extends FileEntity {
  /** Of a group. Beyond the first 2000, attributes are left out. */
  readonly children?: readonly FileEntity[];
}

/** Values of attributes by name; null for one that has none, or can't be read. @example {"units": "V"} */
export interface FileAttributesReply {
  readonly [name: string]: unknown;
}

/** Of all finite values; null where there are none. */
export interface FileStatisticsReply {
  /** @example 0.25 */
  readonly strict_positive_min: number | null;
  /** @example 0 */
  readonly positive_min: number | null;
  /** @example -1 */
  readonly min: number | null;
  /** @example 1 */
  readonly max: number | null;
  /** @example 0.1 */
  readonly mean: number | null;
  /** @example 0.5 */
  readonly std: number | null;
}

/** Where the rows of a channel lie. */
export interface ChannelCoverage {
  /** @example 'SARES11-LSCP10-FNS:CH0:VAL_GET' */
  readonly name: string;
  /** Of its datasets. @asType integer @example 300 */
  readonly rows?: number;
  /** Those of them that have a value. @asType integer @example 300 */
  readonly present?: number;
  /** Of the rows that have a value. @asType integer @example 1000 */
  readonly first_pulse_id?: number | null;
  /** @asType integer @example 1299 */
  readonly last_pulse_id?: number | null;
  /** Rows that have a value, for each part of the range. @example [150, 150] */
  readonly bins?: readonly number[];
  /** Why it can't be shown. @example 'the file has no channel X.' */
  readonly error?: string;
}

export interface FileCoverageReply {
  /** The range that the parts are of; null in a file without rows. @asType integer @example 1000 */
  readonly start_pulse_id: number | null;
  /** @asType integer @example 1299 */
  readonly stop_pulse_id: number | null;
  readonly channels: readonly ChannelCoverage[];
}
