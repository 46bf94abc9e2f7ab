/** The detectors of a beamline. */
export interface AllowedDetectorsReply {
  readonly status: 'ok';
  /** @example 'bernina has 1 detector' */
  readonly message: string;
  /** @example ['JF07T32V02'] */
  readonly detectors: readonly string[];
  /** One for each detector; empty texts, as this broker knows none. @example [''] */
  readonly descriptions: readonly string[];
  /** One for each detector; empty texts, as this broker knows none. @example [''] */
  readonly visualisation_address: readonly string[];
}

/** The same, under the name of 2022. */
export interface DetectorListReply {
  readonly status: 'ok';
  /** @example 'bernina has 1 detector' */
  readonly message: string;
  /** @example ['JF07T32V02'] */
  readonly detectors: readonly string[];
}

/** What is known of detectors that run, which is nothing: this broker does not watch them. */
export interface RunningDetectorsReply {
  readonly status: 'ok';
  /** @example 'this broker does not watch the modules of detectors: whether they run is not known' */
  readonly message: string;
  /** @example [] */
  readonly detectors: readonly string[];
  /** @example [] */
  readonly running_detectors: readonly string[];
  /** @example [] */
  readonly missing_detectors: readonly string[];
  /** @example {} */
  readonly limping_detectors: Readonly<Record<string, unknown>>;
}

/** What was asked of a detector was handed on. */
export interface DetectorReply {
  readonly status: 'ok';
  /** @example 'pedestals of JF07T32V02 were asked for: they take 40 seconds' */
  readonly message: string;
}
