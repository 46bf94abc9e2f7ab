import type { INestApplication } from '@nestjs/common';
import { HttpAddressUnusable } from '../config/errors.js';

/**
 * Listens, and says which setting to change when it can't.
 *
 * @returns the URL under which the application answers
 * @throws HttpAddressUnusable
 */
export async function listenOn(
  app: INestApplication,
  port: number,
  host: string,
  kind: 'simulator' | 'view',
): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw new HttpAddressUnusable(kind, host, port, error);
  }
  return (await app.getUrl()).replace('[::1]', 'localhost');
}
