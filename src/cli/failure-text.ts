import { closeSync, openSync } from 'node:fs';
import { errorText } from '../logging/error-text.js';

const OUT = 'EMFILE';

/** Why a command can't run, on one line; with the remedy where descriptors ran out. */
export function failureText(error: unknown): string {
  const text = errorText(error);
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  // Node.js takes a package that it can't open for one that is missing.
  const isOut = code === OUT || (code === 'ERR_MODULE_NOT_FOUND' && areDescriptorsOut());
  return isOut
    ? `no descriptors are left: raise the limit (LimitNOFILE=, ulimit -n). ${text}`
    : text;
}

function areDescriptorsOut(): boolean {
  try {
    closeSync(openSync('/dev/null', 'r'));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === OUT;
  }
}
