import { applyDecorators } from '@nestjs/common';
import { IsInt, Max, Min } from 'class-validator';

const MESSAGE = { message: 'must be a TCP port, 0 to 65535 (0: any free one)' };

/** A TCP port. */
export function Port(): PropertyDecorator {
  return applyDecorators(IsInt(MESSAGE), Min(0, MESSAGE), Max(65_535, MESSAGE));
}
