import { constants } from 'node:os';

/** `ESTALE`, also where an error's code reads `Unknown system error -116`. */
export function errnoName({ code = '', errno }: NodeJS.ErrnoException): string {
  if (/^E[A-Z0-9]+$/.test(code) || errno === undefined) return code;
  const number = Math.abs(errno);
  return Object.entries(constants.errno).find(([, each]) => each === number)?.[0] ?? code;
}
