// The OpenAPI document is made from types, which know only numbers.

/**
 * @internal
 * @asType integer
 */
export type Integer = number;
