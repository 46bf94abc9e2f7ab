import { Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { parseBeamlineDetector } from '../../config/detector-names.js';
import { displayName } from '../../request/channel.js';
import type { FieldProblem } from '../../request/errors.js';

/** The detectors of the beamlines, as `--detectors` names them. */
@Injectable()
export class BeamlineDetectors {
  private readonly byBeamline = new Map<string, string[]>();

  constructor({ detectors = [] }: BrokerSettings) {
    for (const entry of detectors) {
      const { beamline, name } = parseBeamlineDetector(entry)!;
      const names = this.byBeamline.get(beamline);
      if (!names) this.byBeamline.set(beamline, [name]);
      else if (!names.includes(name)) names.push(name);
    }
  }

  /** Each once, in the order in which they were given. */
  of(beamline: string): readonly string[] {
    return this.byBeamline.get(beamline) ?? [];
  }

  /** What is wrong with names that a call gives for detectors of a beamline. */
  problems(beamline: string, names: readonly string[], field: string): FieldProblem[] {
    const known = this.of(beamline);
    const choice = known.length > 0 ? `use ${known.join(', ')}` : 'no --detectors name any';
    return names
      .filter((name) => !known.includes(name))
      .map((name) => ({
        field,
        problem: `names ${displayName(name)}, which is no detector of ${beamline}: ${choice}`,
      }));
  }
}
