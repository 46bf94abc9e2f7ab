import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  IsUrl,
  Max,
  Min,
} from 'class-validator';
import type { SettingDescription } from './setting.js';

const HTTP_URL = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** The checks that a setting has by its kind; what was given has the kind's type already. */
export function checksOf(setting: SettingDescription): PropertyDecorator[] {
  const { kind, min = 0, max = 0, choices = [], problem, hint } = setting;
  const or = (usual: string) => ({ message: problem ?? (hint ? `${usual}: ${hint}` : usual) });
  const least = or(min === 0 ? 'must not be negative' : `must be ${min} at least`);
  const port = or('must be a TCP port, 0 to 65535 (0: any free one)');
  switch (kind) {
    case 'integer':
      return [
        IsInt(or('must be an integer')),
        Min(min, least),
        Max(max, or(`must be ${max} at most`)),
      ];
    case 'port':
      return [IsInt(port), Min(0, port), Max(65_535, port)];
    case 'seconds':
      return [IsNumber({}, or('must be a number of seconds')), Min(min, least)];
    case 'switch':
      return [IsBoolean(or('must be true or false'))];
    case 'choice':
      return [IsIn(choices, or(`must be ${inWords(choices)}`))];
    case 'url':
      return [IsUrl(HTTP_URL, or('must be an http URL, or empty'))];
    case 'paths':
      return [ArrayNotEmpty(or('needs at least one folder'))];
    default:
      return problem === undefined ? [] : [IsString({ message: problem })];
  }
}

/** `a, b or c`. */
function inWords(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}
