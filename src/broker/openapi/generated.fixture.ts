import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Context,
  DEFAULT_CONFIG,
  type NodeParser,
  SchemaGenerator,
  type SubNodeParser,
  TupleType,
  createFormatter,
  createParser,
  derefType,
} from 'ts-json-schema-generator';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TSCONFIG = join(ROOT, 'tsconfig.json');
const ERRORS = 'src/http/error-body.ts';
/** Classes of bodies that no reply has. */
const BODIES = [
  'acquisition/completion',
  'acquisition/past-acquisition',
  'runs/copy/copy-request',
  'runs/detectors/pedestal-request',
  'runs/detectors/power-on-request',
  'runs/numbers/pgroup-request',
  'runs/pv-list/set-pv-list-request',
  'runs/retrieval/retrieve-request',
].map((name) => `src/broker/${name}.ts`);
const HEAD = '// Made from the types of the replies by `npm run openapi`.\n// prettier-ignore\n';
const CONFIG = {
  ...DEFAULT_CONFIG,
  type: '*',
  encodeRefs: false,
  sortProps: false,
  additionalProperties: true,
};

/** Understands lists that are made of others: `[...HELD_STATES, 'returned'] as const`. */
class SpreadParser implements SubNodeParser {
  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly child: NodeParser,
  ) {}

  supportsNode(node: ts.Node): boolean {
    return ts.isArrayLiteralExpression(node) && node.elements.some(ts.isSpreadElement);
  }

  createType(node: ts.ArrayLiteralExpression, context: Context): TupleType {
    const types = node.elements.flatMap((element) => {
      if (!ts.isSpreadElement(element)) return [this.child.createType(element, context)];
      const { initializer } = this.declarationOf(element.expression);
      return (derefType(this.child.createType(initializer!, context)) as TupleType).getTypes();
    });
    return new TupleType(types);
  }

  private declarationOf(name: ts.Expression): ts.VariableDeclaration {
    const symbol = this.checker.getSymbolAtLocation(name)!;
    const isImported = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const origin = isImported ? this.checker.getAliasedSymbol(symbol) : symbol;
    return origin.valueDeclaration as ts.VariableDeclaration;
  }
}

/** The code of `src/broker/openapi/schemas.ts`: the types of all replies and bodies, and those they refer to. */
export function schemasCode(): string {
  const replies = readdirSync(join(ROOT, 'src/broker'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|[/-])(reply|replies)\.ts$/.test(file))
    .sort()
    .map((file) => join('src/broker', file));
  const files = [...replies, ERRORS, ...BODIES].map((file) => join(ROOT, file));
  const { config } = ts.readConfigFile(TSCONFIG, (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const parser = createParser(program, CONFIG, (chain) =>
    chain.addNodeParser(new SpreadParser(checker, chain as unknown as NodeParser)),
  );
  const generator = new SchemaGenerator(program, parser, createFormatter(CONFIG), CONFIG);
  const roots = files.flatMap((file) =>
    program
      .getSourceFile(file)!
      .statements.filter((each) => ts.isInterfaceDeclaration(each) || ts.isClassDeclaration(each)),
  );
  const { definitions = {} } = generator.createSchemaFromNodes(roots);
  const isUsed = (name: string) =>
    roots.some((root) => root.name!.text === name) ||
    JSON.stringify(definitions).includes(`"#/definitions/${name}"`);
  const lines = Object.entries(definitions)
    .filter(([name]) => isUsed(name))
    .map(([name, schema]) => `  ${name}: ${JSON.stringify(schema, forOpenApi)},\n`);
  return `${HEAD}export const SCHEMAS = {\n${lines.join('')}} as const;\n`;
}

function forOpenApi(key: string, value: unknown): unknown {
  if (key === '$ref') return (value as string).replace('#/definitions', '#/components/schemas');
  if (key === 'additionalProperties' && JSON.stringify(value) === '{}') return true;
  if (key === 'description' && typeof value === 'string') return plain(value);
  return value;
}

/** The text without links to other types. */
function plain(description: string): string {
  return description
    .replaceAll(/\s*\{@link\s+(\w+)\s*\}\s*/g, ' $1 ')
    .replaceAll(/ (?=[;,.:]|$)/g, '');
}

/** A document as `clients/openapi.json` has it. */
export function documentFile(document: object): Promise<string> {
  return formatted('clients/openapi.json', JSON.stringify(document));
}

/** The types of a document as `clients/typescript/openapi.ts` has them. */
export async function clientTypes(document: object): Promise<string> {
  const types = await openapiTypescript(document as never);
  const head = '// Made from clients/openapi.json by `npm run openapi`.\n\n';
  return formatted('clients/typescript/openapi.ts', head + astToString(types));
}

async function formatted(file: string, text: string): Promise<string> {
  const filepath = join(ROOT, file);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}
