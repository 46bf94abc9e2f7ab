import { ValidateBy, type ValidationArguments } from 'class-validator';

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
