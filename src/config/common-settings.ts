import { Setting } from './setting.js';

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Settings of every command. */
export class CommonSettings {
  @Setting({
    group: 'Logging',
    kind: 'choice',
    description: `least severe messages that are logged: ${LOG_LEVELS.join(', ')}`,
    value: 'level',
    default: () => 'INFO',
    choices: [...LOG_LEVELS, ...LOG_LEVELS.map((level) => level.toLowerCase())],
    problem: `must be one of ${LOG_LEVELS.join(', ')}`,
  })
  log_level!: string;

  @Setting({
    group: 'Logging',
    kind: 'choice',
    description: 'text for people, json for programs; one line an event',
    value: 'format',
    default: () => 'text',
    choices: ['text', 'json'],
  })
  log_format!: 'text' | 'json';
}
