#!/usr/bin/env node
import 'reflect-metadata';
import { CommanderError } from 'commander';
import { InvalidSettings } from '../config/invalid-settings.js';
import { errorText } from '../logging/error-text.js';
import { endWithOutput } from './print-line.js';
import { program } from './program.js';
import { withUnderscores } from './with-underscores.js';

const WRONG_USAGE = 2;

endWithOutput();

try {
  const args = withUnderscores(process.argv.slice(2));
  await (await program(args)).parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has said what it had to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  if (error instanceof InvalidSettings) {
    console.error(
      ['These settings are wrong:', ...error.problems.map((each) => `  ${each}`)].join('\n'),
    );
    console.error("'sf-databuffer <command> --help' lists the settings.");
    return WRONG_USAGE;
  }
  console.error(`sf-databuffer: ${errorText(error)}`);
  return 1;
}
