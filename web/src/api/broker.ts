import createClient from 'openapi-fetch';
import type { components, paths } from '../../../clients/typescript/openapi.js';

type Schemas = components['schemas'];
export type RequestHead = Schemas['RequestHead'];
export type RequestRecord = Schemas['RequestRecord'];

/** The broker that serves this page. */
export const broker = createClient<paths>({ baseUrl: location.origin });

/** What a refused call says, for people: the broker's sentence, else that there was no answer. */
export function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const { message } = error;
    if (Array.isArray(message)) return message.join('; ');
    if (typeof message === 'string' && message !== '') return message;
  }
  return 'The broker gave no answer.';
}
