/**
 * The ending that logrotate appends to a file's name, as the source of a pattern: `.1`, `-20261124`,
 * `-20261124-1795511700`, each also packed, with `.gz`.
 */
export const ROTATED = String.raw`([.-]\d+)+(\.gz)?`;
