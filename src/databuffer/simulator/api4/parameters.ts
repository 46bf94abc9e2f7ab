import { InvalidParameter } from './errors.js';

/** The parameters of a URL. */
export class Parameters {
  constructor(private readonly given: Readonly<Record<string, unknown>>) {}

  /** Undefined where it is not there. @throws InvalidParameter where it is there twice */
  text(name: string): string | undefined {
    const value = this.given[name];
    if (value === undefined || typeof value === 'string') return value;
    throw new InvalidParameter(name, 'must be given once');
  }

  needed(name: string): string {
    const value = this.text(name);
    if (value !== undefined && value !== '') return value;
    throw new InvalidParameter(name, 'must be given');
  }

  /** Exactly `true`. */
  flag(name: string): boolean {
    return this.text(name) === 'true';
  }

  /** A positive number, cut to a limit. */
  count(name: string, byDefault: number, most: number): number {
    const value = this.text(name);
    if (value === undefined) return byDefault;
    if (/^[1-9]\d{0,15}$/.test(value)) return Math.min(Number(value), most);
    throw new InvalidParameter(name, 'must be a positive integer');
  }

  /** A regular expression that may match anywhere; all texts where it is left out. */
  pattern(name: string, flags: string): RegExp {
    try {
      return new RegExp(this.text(name) ?? '', flags);
    } catch {
      throw new InvalidParameter(name, 'must be a regular expression');
    }
  }
}
