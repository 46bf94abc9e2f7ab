import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { whyUnreadable } from '../filesystem/why-unreadable.js';

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
    super(`--${setting} ${path} ${reason}`);
  }
}

/**
 * The certificates in a PEM file, each as PEM.
 *
 * @param setting names the file, for messages
 * @throws CertificatesUnusable
 */
export function readCertificates(path: string, setting: string): string[] {
  const found = textOf(path, setting).match(CERTIFICATE) ?? [];
  const no = 'is no PEM file of certificates';
  if (found.length === 0) {
    throw new CertificatesUnusable(path, setting, `${no}: it has no CERTIFICATE block`);
  }
  try {
    return found.map((certificate) => new X509Certificate(certificate).toString());
  } catch (error) {
    throw new CertificatesUnusable(path, setting, `${no}: ${(error as Error).message}`);
  }
}

function textOf(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CertificatesUnusable(path, setting, `can't be read: ${whyUnreadable(error)}`);
  }
}
