import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The file of a setting has no certificates that can be used. */
export class CertificatesUnusable extends Error {
  override readonly name = 'CertificatesUnusable';
  readonly code = 'certificates_unusable';

  constructor(
    readonly path: string,
    setting: string,
    reason: string,
  ) {
    super(`--${setting} must be a PEM file of certificates, and ${path} is not: ${reason}`);
  }
}

/**
 * The certificates in a PEM file, each as PEM.
 *
 * @param setting names the file, for messages
 * @throws CertificatesUnusable
 */
export function readCertificates(path: string, setting: string): string[] {
  try {
    const found = readFileSync(path, 'utf8').match(CERTIFICATE) ?? [];
    if (found.length === 0) throw new Error('it has no CERTIFICATE block');
    return found.map((certificate) => new X509Certificate(certificate).toString());
  } catch (error) {
    throw new CertificatesUnusable(path, setting, (error as Error).message);
  }
}
