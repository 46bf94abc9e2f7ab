/** The state of one thing that a service needs. Further facts depend on what it is. */
export interface HealthFinding {
  readonly status: 'up' | 'degraded' | 'down';
  readonly message?: string;
  readonly [fact: string]: unknown;
}

/** The health of a service, in the form that many tools know. */
export interface HealthReply {
  readonly status: 'ok' | 'degraded' | 'error' | 'shutting_down';
  /** All that works; where it is degraded, with a message. */
  readonly info: Readonly<Record<string, HealthFinding>>;
  /** All that does not. */
  readonly error: Readonly<Record<string, HealthFinding>>;
  /** Both. */
  readonly details: Readonly<Record<string, HealthFinding>>;
}
