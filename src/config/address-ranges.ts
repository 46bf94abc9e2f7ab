import { ValidateBy } from 'class-validator';
import { isAddressRange } from './allowed-addresses.js';

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
