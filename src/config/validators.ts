import { ValidateBy, type ValidationArguments } from 'class-validator';
import { isAddressRange } from './allowed-addresses.js';

/** A setting that makes no sense without another one. */
export function Needs(other: string): PropertyDecorator {
  return ValidateBy({
    name: 'needs',
    validator: {
      validate: (_value, given?: ValidationArguments) =>
        (given!.object as Record<string, unknown>)[other] !== undefined,
      defaultMessage: () => `needs --${other} as well`,
    },
  });
}

/** A setting that must not have the value of another one; 0, any free port, may be given twice. */
export function DiffersFrom(other: string, reason: string): PropertyDecorator {
  return ValidateBy({
    name: 'differsFrom',
    validator: {
      validate: (value, given?: ValidationArguments) =>
        value === 0 || value !== (given!.object as Record<string, unknown>)[other],
      defaultMessage: () => `must differ from --${other}: ${reason}`,
    },
  });
}

/**
 * A list whose entries are all usable.
 *
 * @param problemOf what is wrong with an entry, and what to do instead; undefined for a usable one
 */
export function EachEntry(
  problemOf: (entry: string, settings: object) => string | undefined,
): PropertyDecorator {
  const problems = ({ value, object }: ValidationArguments) =>
    (value as string[]).flatMap((entry) => {
      const problem = problemOf(entry, object);
      return problem === undefined ? [] : [`contains '${entry}', ${problem}`];
    });
  return ValidateBy({
    name: 'eachEntry',
    validator: {
      validate: (entries, given?: ValidationArguments) =>
        Array.isArray(entries) && problems(given!).length === 0,
      defaultMessage: (given?: ValidationArguments) =>
        Array.isArray(given!.value) ? problems(given!).join('; it ') : 'needs one entry at least',
    },
  });
}

/** A list of host names, addresses, or `*`. */
export function HostNames(): PropertyDecorator {
  return ValidateBy({
    name: 'hostNames',
    validator: {
      validate: (names: string[]) => names.every(isHostName),
      defaultMessage: (given) => {
        const wrong = (given!.value as string[]).filter((name) => !isHostName(name));
        return `contains ${wrong.map((each) => `'${each}'`).join(', ')}: give host names without scheme and port, e.g. daq.example.org, or * for any`;
      },
    },
  });
}

function isHostName(text: string): boolean {
  return text === '*' || /^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*\.?$/u.test(text);
}

/** A list of addresses and CIDR ranges. */
export function AddressRanges(): PropertyDecorator {
  return ValidateBy({
    name: 'addressRanges',
    validator: {
      validate: (ranges: string[]) => ranges.every(isAddressRange),
      defaultMessage: (given) => {
        const wrong = (given!.value as string[]).filter((range) => !isAddressRange(range));
        return `contains ${wrong.map((each) => `'${each}'`).join(', ')}: give addresses and CIDR ranges, e.g. 10.0.0.0/8,::1`;
      },
    },
  });
}
