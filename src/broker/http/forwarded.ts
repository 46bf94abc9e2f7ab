import { isIP } from 'node:net';
import { plainAddress } from '../../config/allowed-addresses.js';

/** A hop of a call: the address that it came from; undefined where a proxy doesn't tell. */
export type Hop = string | undefined;

// RFC 9110.
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** A pair of RFC 7239, with what ends it. */
const PAIR = new RegExp(
  `[ \\t]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*([;,]|$)`,
  'y',
);
/** What stands where an element is empty. */
const NOTHING = /[ \t]*([;,]|$)/y;

/**
 * The hops of a header `Forwarded` (RFC 7239), in its order: one for each element. Undefined where the header
 * is malformed: nobody can tell then where an element ends.
 */
export function hopsOfForwarded(header: string): Hop[] | undefined {
  const hops: Hop[] = [];
  let element = new Map<string, string>();
  for (let at = 0; ;) {
    const match = matchAt(PAIR, header, at) ?? matchAt(NOTHING, header, at);
    if (!match) return undefined;
    const isPair = match.length > 2;
    if (isPair) {
      const name = match[1].toLowerCase();
      if (element.has(name)) return undefined;
      element.set(name, match[2] ?? match[3].replaceAll(/\\(.)/g, '$1'));
    }
    const [end] = match.slice(-1);
    if (end !== ';') {
      if (element.size > 0) hops.push(addressOf(element.get('for') ?? ''));
      element = new Map();
      if (end === '') return hops;
    }
    at += match[0].length;
  }
}

/** The hops of a header `X-Forwarded-For`, in its order. */
export function hopsOfForwardedFor(header: string): Hop[] {
  return header
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(addressOf);
}

/** An address with or without port, an IPv6 one with or without brackets; undefined for `unknown`, `_hidden`. */
function addressOf(node: string): Hop {
  const [, bracketed, plain] =
    /^(?:\[([^\]]+)\]|([0-9.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/.exec(node) ?? [];
  const address = plainAddress(bracketed ?? plain ?? node);
  return isIP(address) === 0 ? undefined : address;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
