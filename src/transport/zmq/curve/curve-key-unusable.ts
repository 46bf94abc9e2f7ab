import { TransportError } from '../../errors.js';

/** A key file, or a folder of them, that can't be used; the message never contains a key. */
export class CurveKeyUnusable extends TransportError {
  override readonly name = 'CurveKeyUnusable';
  readonly code = 'curve_key_unusable';

  constructor(
    readonly path: string,
    readonly setting: string,
    readonly reason: string,
  ) {
    super(`--${setting} '${path}' can't be used: ${reason}.`);
  }
}
