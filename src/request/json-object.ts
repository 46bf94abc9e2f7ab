import { parsePythonJson } from './parse-python-json.js';

/** Whether a JSON value is an object, no list. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object that a JSON text is, of Python's too, numbers kept as they came; undefined for any other text. */
export function jsonObjectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = parsePythonJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
