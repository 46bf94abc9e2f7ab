import { Reflector } from '@nestjs/core';
import type { RequestError } from '../../request/errors.js';
import type { SCHEMAS } from './schemas.js';

/** A type that the document has a schema of; see `replies.ts` beside each controller. */
export type SchemaName = keyof typeof SCHEMAS;

/** As OpenAPI has it. */
export interface ApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description?: string;
  readonly example?: unknown;
  readonly schema: object;
}

/** A JSON body, or a text where the schema is left out. */
export interface ApiReply {
  readonly description?: string;
  /** Those that callers are to heed, by name. */
  readonly headers?: Readonly<
    Record<
      string,
      { readonly description: string; readonly example: string; readonly schema: object }
    >
  >;
  readonly schema?: SchemaName;
  /** Made of the examples of the schema's properties by default. */
  readonly example?: unknown;
  /** Of a text. */
  readonly contentType?: string;
}

/** The part of a call's documentation that neither its route nor its types have. */
export interface ApiCallDescription {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ApiParameter[];
  readonly body?: {
    readonly schema: SchemaName;
    readonly examples?: Readonly<Record<string, { summary: string; value: object }>>;
    /** Whether it may be left out. */
    readonly isOptional?: boolean;
    /** Whether it may come as text as well. */
    readonly isAlsoText?: boolean;
  };
  readonly ok?: ApiReply;
  /** Replies in its own form where it can't do its work, by HTTP status. */
  readonly failures?: Readonly<Record<number, ApiReply>>;
  /** An example of each error that it can be refused with, beside those of any call. */
  readonly refusals?: readonly RequestError[];
}

/** The group that a controller's calls have in the document. */
export const ApiGroup = Reflector.createDecorator<string>();

/**
 * Describes a call for the OpenAPI document, where its method's name is the operation id. Nothing of
 * Swagger is loaded for it.
 */
export const ApiCall = Reflector.createDecorator<ApiCallDescription>();
