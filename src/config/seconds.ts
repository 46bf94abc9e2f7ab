import { applyDecorators } from '@nestjs/common';
import { IsNumber, Min } from 'class-validator';

/** A time in seconds, `least` or longer. */
export function Seconds(least = 0): PropertyDecorator {
  const message = least === 0 ? 'must not be negative' : `must be ${least} at least`;
  return applyDecorators(
    IsNumber({}, { message: 'must be a number of seconds' }),
    Min(least, { message }),
  );
}
