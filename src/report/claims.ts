/**
 * Seconds that a broker which was started again waits for writers to claim what had been sent. So
 * long, and until it would notice a dead connection, a writer keeps an outcome that it sent: it tells it
 * again to a broker that it finds new.
 */
export const CLAIMS_S = 10;
