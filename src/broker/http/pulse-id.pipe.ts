import type { PipeTransform } from '@nestjs/common';
import { parsePulseId } from '../../request/pulse-range.js';

/** A pulse id in a path. */
export class PulseIdPipe implements PipeTransform<string, number> {
  /** @param field its name in messages */
  constructor(private readonly field: string) {}

  transform(text: string): number {
    return parsePulseId(text, this.field);
  }
}
