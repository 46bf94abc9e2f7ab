import { afterEach, expect, it, vi } from 'vitest';
import { printError, printLine } from './print-line.js';

afterEach(() => vi.restoreAllMocks());

const NAME = '/sf/out/a\u001b[2J\nb\u202e5h\u2028.h5';
const SHOWN = '/sf/out/a\\u001b[2J\\nb\\u202e5h\\u2028.h5';

it('shows names that hold escapes and line ends on one line, escaped', async () => {
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await printLine(`lost  ${NAME}`);
  expect(output).toHaveBeenCalledExactlyOnceWith(`lost  ${SHOWN}\n`);
});

it('shows them the same way on standard error', () => {
  const output = vi.spyOn(console, 'error').mockReturnValue();
  printError(`${NAME}: skipped`);
  expect(output).toHaveBeenCalledExactlyOnceWith(`${SHOWN}: skipped`);
});
