import type { INestApplication } from '@nestjs/common';

/**
 * Listens, and says which setting to change when it can't.
 *
 * @returns the URL under which the application answers
 */
export async function listenOn(
  app: INestApplication,
  port: number,
  host: string,
  setting: string,
): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EADDRINUSE' ? 'is taken by another program' : `can't be used (${code})`;
    throw new Error(`${host}:${port} ${reason}: choose another with ${setting}.`, { cause: error });
  }
  return (await app.getUrl()).replace('[::1]', 'localhost');
}
