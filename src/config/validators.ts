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
