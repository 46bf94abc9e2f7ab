import { ValidateBy, type ValidationArguments } from 'class-validator';
import { inWords } from './setting.js';

/**
 * A path in which names in braces stand for something.
 *
 * @param names that it may have
 * @param required the one that it must have
 */
export function PathTemplate(names: readonly string[], required?: string): PropertyDecorator {
  const known = inWords(names.map((name) => `{${name}}`));
  const problemOf = (template: unknown) => {
    if (typeof template !== 'string') return 'must be a path, e.g. /sf/{beamline}/data';
    const placeholders = [...template.matchAll(/\{([^{}/]*)\}/g)];
    const unknown = placeholders.find(([, name]) => !names.includes(name));
    if (unknown) return `contains ${unknown[0]}, which stands for nothing: use ${known}`;
    if (/[{}]/.test(template.replaceAll(/\{[^{}/]*\}/g, ''))) {
      return `has a brace too many: write ${known}`;
    }
    if (required !== undefined && !placeholders.some(([, name]) => name === required)) {
      return `needs {${required}} in it, which stands for the ${required}`;
    }
    // Else every path would match.
    return /^\/[^/{}]+\//.test(template)
      ? undefined
      : 'must begin with a folder that always is the same, e.g. /sf';
  };
  return ValidateBy({
    name: 'pathTemplate',
    validator: {
      validate: (template) => problemOf(template) === undefined,
      defaultMessage: (given?: ValidationArguments) => problemOf(given!.value)!,
    },
  });
}
