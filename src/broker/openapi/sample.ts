import { SCHEMAS } from './schemas.js';

interface Schema {
  readonly $ref?: string;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

const EMPTY: Readonly<Record<string, unknown>> = { integer: 0, number: 0, boolean: false };

/** An example of a schema, made of those of its properties; what may be missing needs one to be there. */
export function sampleOf(schema: Schema): unknown {
  const { $ref, examples, anyOf, items, properties = {}, required = [] } = schema;
  if (examples) return examples[0];
  if ($ref) return sampleOf((SCHEMAS as Record<string, Schema>)[$ref.split('/').at(-1)!]);
  if (anyOf) return sampleOf(anyOf[0]);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [type] = [schema.type].flat() as string[];
  if (type === 'array') return items ? [sampleOf(items)] : [];
  if (type !== 'object') return EMPTY[type];
  const shown = Object.entries(properties).filter(
    ([name, { examples }]) => required.includes(name) || examples,
  );
  return Object.fromEntries(shown.map(([name, property]) => [name, sampleOf(property)]));
}
