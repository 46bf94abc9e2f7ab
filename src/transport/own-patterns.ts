import type { DeclaredPatterns } from './bsread/message-patterns.js';

/** Nest patterns of what broker and writers tell each other over ZMQ, with their channels. */
export const OWN_PATTERNS = {
  write_request: { data_api_request: 'string', parameters: 'string', timestamp: 'float64' },
  write_report: { write_report: 'string' },
} as const satisfies DeclaredPatterns;
