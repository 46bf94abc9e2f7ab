import { addressRemedy } from '../config/errors.js';
import { AddressUnusable } from '../transport/errors.js';

/** A port for writers can't be had. */
export class WriterPortUnusable extends Error {
  override readonly name = 'WriterPortUnusable';
  readonly code: AddressUnusable['code'];

  /** @param setting that gives the port */
  constructor(
    readonly setting: 'output_port' | 'report_port',
    readonly address: string,
    cause: AddressUnusable,
  ) {
    const { code } = (cause.cause ?? {}) as NodeJS.ErrnoException;
    const remedy = addressRemedy(code, `--${setting}`, '--output_host');
    const other = `see --output_host and --${setting}. ${cause.message}`;
    super(`The broker can't listen for writers on ${address}: ${remedy ? `${remedy}.` : other}`);
    this.code = cause.code;
  }
}

/**
 * Opens a port for writers.
 *
 * @param setting that gives the port
 * @throws WriterPortUnusable
 */
export async function openWriterPort(
  setting: WriterPortUnusable['setting'],
  open: () => Promise<unknown>,
): Promise<void> {
  try {
    await open();
  } catch (error) {
    if (!(error instanceof AddressUnusable)) throw error;
    throw new WriterPortUnusable(setting, error.address, error);
  }
}
