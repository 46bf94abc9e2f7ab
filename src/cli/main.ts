#!/usr/bin/env node
import './outlive-hangup.js';
import 'reflect-metadata';
import { CommanderError } from 'commander';
import { InvalidSettings } from '../config/errors.js';
import { neverBlockOnStandardError } from '../logging/non-blocking-standard-error.js';
import { failureText } from './failure-text.js';
import { PortsTaken } from './ports.js';
import { endWithOutput, printError } from './print-line.js';
import { program } from './program.js';
import { withUnderscores } from './with-underscores.js';

const WRONG_USAGE = 2;

neverBlockOnStandardError();
endWithOutput();

// Not awaited: bundled, what is loaded later imports from this module, which would not be complete yet.
void run(withUnderscores(process.argv.slice(2)));

async function run(args: readonly string[]): Promise<void> {
  try {
    await (await program(args)).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  // Commander has said what it had to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  if (error instanceof InvalidSettings) {
    printError('These settings are wrong:');
    for (const problem of error.problems) printError(`  ${problem}`);
    printError("'sf-databuffer <command> --help' lists the settings.");
    return WRONG_USAGE;
  }
  if (error instanceof PortsTaken) {
    for (const line of error.lines) printError(line);
    return 1;
  }
  printError(`sf-databuffer: ${failureText(error)}`);
  return 1;
}
