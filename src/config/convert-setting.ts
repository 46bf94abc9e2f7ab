import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import type { SettingKind } from './setting.js';

type Conversion = { readonly value: unknown } | { readonly problem: string };

const SWITCH_WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  on: true,
  yes: true,
  1: true,
  false: false,
  off: false,
  no: false,
  0: false,
};

/** Turns the text of a flag, the environment or the file into a value; an empty text means none. */
export function convertSetting(kind: SettingKind, given: unknown): Conversion {
  if (given === '' || given === null) return { value: undefined };
  switch (kind) {
    case 'text':
    case 'choice':
    case 'url':
    case 'path':
      return typeof given === 'string' ? { value: given } : { problem: 'needs a text' };
    case 'host':
      return hostFrom(given);
    case 'port':
    case 'integer':
      return numberFrom(given, /^[+-]?\d+$/, 'an integer');
    case 'seconds':
      return numberFrom(given, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, 'a number');
    case 'switch':
      return switchFrom(given);
    case 'paths':
      return listFrom(given);
    case 'comma-list':
      return commaListFrom(given);
    default:
      return kind satisfies never;
  }
}

/** The value with its paths absolute, whether it was given or is a default. */
export function withAbsolutePaths(kind: SettingKind, value: unknown): unknown {
  if (kind === 'path' && typeof value === 'string') return resolve(value);
  if (kind === 'paths' && Array.isArray(value)) return value.map((path: string) => resolve(path));
  return value;
}

function hostFrom(given: unknown): Conversion {
  if (typeof given !== 'string') return { problem: 'needs a text' };
  const host = /^\[(.*)\]$/.exec(given)?.[1] ?? given;
  if (isIPv6(host) || /^[^\s:/[\]]+$/.test(host)) return { value: host };
  return { problem: `needs a name or an address without scheme and port, not '${given}'` };
}

function numberFrom(given: unknown, pattern: RegExp, what: string): Conversion {
  const text = typeof given === 'number' ? String(given) : given;
  if (typeof text === 'string' && pattern.test(text.trim())) return { value: Number(text) };
  const example = typeof given === 'string' ? `, not '${given}'` : '';
  return { problem: `needs ${what}${example}` };
}

function switchFrom(given: unknown): Conversion {
  const value =
    typeof given === 'boolean' ? given : SWITCH_WORDS[String(given).trim().toLowerCase()];
  return value === undefined
    ? { problem: `needs true or false, not '${String(given)}'` }
    : { value };
}

// Several paths in one text are separated as in PATH.
function listFrom(given: unknown): Conversion {
  const entries = typeof given === 'string' ? given.split(':') : given;
  if (!Array.isArray(entries) || !entries.every((entry) => typeof entry === 'string')) {
    return { problem: 'needs a list of texts' };
  }
  return { value: entries.filter((entry) => entry !== '') };
}

function commaListFrom(given: unknown): Conversion {
  const texts = Array.isArray(given) ? given : [given];
  if (!texts.every((text) => typeof text === 'string')) return { problem: 'needs a list of texts' };
  const entries = texts.join(',').split(',');
  const used = entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  if (used.length > 0) return { value: used };
  return texts.every((text) => text === '') ? { value: undefined } : { problem: 'lists nothing' };
}
