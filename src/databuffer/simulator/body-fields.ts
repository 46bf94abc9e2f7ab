import type { FieldProblem } from '../../request/errors.js';
import { QueryRefused } from './errors.js';

/** The fields of a JSON object that a client sent, one of them at a time; notes what is wrong. */
export class BodyFields {
  private readonly fields: Readonly<Record<string, unknown>>;

  /**
   * @param path of the object in the body, for messages; `''` for the body itself
   * @throws QueryRefused when it is not an object
   */
  constructor(
    value: unknown,
    readonly problems: FieldProblem[],
    private readonly path = '',
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const problem = `must be a JSON object${path === '' ? ', sent as application/json' : ''}`;
      throw new QueryRefused([...problems, { field: path || 'body', problem }]);
    }
    this.fields = { ...value };
  }

  /** Fields with null count as left out. */
  get(name: string): unknown {
    return this.fields[name] ?? undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** An object inside; an empty one where it is left out. */
  object(name: string): BodyFields {
    return new BodyFields(this.get(name) ?? {}, this.problems, this.at(name));
  }

  flag(name: string, byDefault: boolean): boolean {
    const value = this.get(name) ?? byDefault;
    if (typeof value !== 'boolean') this.refuse(name, 'must be true or false');
    return value === true;
  }

  /** One of the known names. */
  choice<Name extends string>(name: string, known: readonly Name[], byDefault: Name): Name {
    const value = this.get(name) ?? byDefault;
    if ((known as readonly unknown[]).includes(value)) return value as Name;
    this.refuse(name, `must be ${known.join(' or ')}, not ${JSON.stringify(value)}`);
    return byDefault;
  }

  /** Known names; undefined where none are given. */
  names<Name extends string>(name: string, known: readonly Name[]): readonly Name[] | undefined {
    const names: unknown[] = [this.get(name) ?? []].flat();
    const unknown = names.filter((each) => !(known as readonly unknown[]).includes(each));
    if (unknown.length > 0) {
      const listed = unknown.map((each) => JSON.stringify(each)).join(', ');
      this.refuse(name, `has ${listed}; known are ${known.join(', ')}`);
    }
    return names.length > 0 ? (names as Name[]) : undefined;
  }

  /** A regular expression that may match anywhere; all texts where it is left out. */
  pattern(name: string): RegExp {
    const source = this.get(name) ?? '';
    try {
      if (typeof source === 'string') return new RegExp(source);
    } catch {
      // As bad as one that is not a text.
    }
    this.refuse(name, 'must be a regular expression');
    return /(?:)/;
  }

  /** Refuses what is there and not among these. Each would change the reply's meaning. */
  allow(...known: readonly string[]): void {
    for (const name of Object.keys(this.fields)) {
      if (!known.includes(name) && this.has(name)) {
        this.refuse(name, `is not done here; known are ${known.join(', ')}`);
      }
    }
  }

  refuse(name: string, problem: string): void {
    this.problems.push({ field: this.at(name), problem });
  }

  private at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
