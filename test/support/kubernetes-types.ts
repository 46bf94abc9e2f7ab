import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

/** An object of Kubernetes as it stands in a manifest. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

const require = createRequire(import.meta.url);
/** Never written: where the types are looked for. */
const CHECKED = join(import.meta.dirname, 'manifests.ts');

/**
 * What the published types don't allow: a name that Kubernetes does not know, by the compiler, and a value
 * that is out of its form, by the schema. Takes a second or two, however many there are.
 *
 * @returns each with the object that it is about
 */
export function problemsOf(objects: readonly KubernetesObject[]): string[] {
  return [...namesUnknown(objects), ...objects.flatMap((object) => valuesOutOfForm(object))];
}

function namesUnknown(objects: readonly KubernetesObject[]): string[] {
  const imports = objects.map(
    (object, i) => `import type { I${object.kind} as T${i} } from '${moduleOf(object)}';`,
  );
  const lines = objects.map((object, i) => `const o${i}: T${i} = ${JSON.stringify(object)};`);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ['lib.es5.d.ts'],
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
  };
  const host = ts.createCompilerHost(options);
  const fromDisk = host.getSourceFile.bind(host);
  const source = [...imports, ...lines].join('\n');
  host.getSourceFile = (name, target, ...rest) =>
    name === CHECKED ? ts.createSourceFile(name, source, target) : fromDisk(name, target, ...rest);
  const program = ts.createProgram([CHECKED], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, start = 0, file }) => {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    const text = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${nameOf(objects[line - imports.length] ?? objects[line])}: ${text}`;
  });
}

function valuesOutOfForm(object: KubernetesObject): string[] {
  const models = require(moduleOf(object)) as Record<
    string,
    new (data: KubernetesObject) => { validate(): void }
  >;
  try {
    new models[object.kind](object).validate();
    return [];
  } catch (error) {
    return [`${nameOf(object)}: ${(error as Error).message}`];
  }
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}

function moduleOf({ apiVersion, kind }: KubernetesObject): string {
  const models = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  return `${models}/${apiVersion}/${kind}`;
}
