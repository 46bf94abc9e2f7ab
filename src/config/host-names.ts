import { ValidateBy } from 'class-validator';

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
