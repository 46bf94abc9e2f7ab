import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { whyUnreadable } from '../../../filesystem/why-unreadable.js';
import { CurveKeyUnusable } from './curve-key-unusable.js';

/** Keys of CURVE, 32 bytes each as 40 characters of Z85. */
export interface CurveKeyPair {
  readonly publicKey: string;
  readonly secretKey: string;
}

const MAX_FILE = 64 * 1024;
const OTHERS = 0o077;

/**
 * The text of a certificate file, as czmq and pyzmq (`zmq.auth`) write it.
 *
 * @param keys without the secret one: the file is for the other side
 */
export function certificateText({ publicKey, secretKey }: Partial<CurveKeyPair>): string {
  const warning = secretKey === undefined ? '' : '# Contains a secret key: keep it to yourself.\n';
  const secret = secretKey === undefined ? '' : `    secret-key = "${secretKey}"\n`;
  return `${warning}metadata\ncurve\n    public-key = "${publicKey}"\n${secret}`;
}

/** The public key in a certificate's text; undefined if it has none. */
export function publicKeyIn(text: string): string | undefined {
  return keyIn(text, 'public-key');
}

/**
 * The keys in a file that only its owner may read.
 *
 * @param setting names the file, for messages
 * @throws CurveKeyUnusable
 */
export function readKeyPair(path: string, setting: string): CurveKeyPair {
  const { text, mode } = readCertificate(path, setting);
  if ((mode & OTHERS) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, '0');
    const reason = `its mode is ${octal}, so others than its owner may use it: chmod 0600 '${path}', and make new keys if somebody may have read these`;
    throw new CurveKeyUnusable(path, setting, reason);
  }
  const [publicKey, secretKey] = [publicKeyIn(text), keyIn(text, 'secret-key')];
  if (publicKey === undefined || secretKey === undefined) {
    const reason = `it has no public-key and secret-key: make one with sf-databuffer keygen`;
    throw new CurveKeyUnusable(path, setting, reason);
  }
  return { publicKey, secretKey };
}

/**
 * The public key in a file.
 *
 * @throws CurveKeyUnusable
 */
export function readPublicKey(path: string, setting: string): string {
  const key = publicKeyIn(readCertificate(path, setting).text);
  if (key !== undefined) return key;
  const reason = 'it has no public-key: give the .key file of sf-databuffer keygen';
  throw new CurveKeyUnusable(path, setting, reason);
}

function readCertificate(path: string, setting: string): { text: string; mode: number } {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { mode, size } = fstatSync(file);
    if (size > MAX_FILE) throw new CurveKeyUnusable(path, setting, 'it is not a certificate file');
    return { text: readFileSync(file, 'utf8'), mode };
  } catch (error) {
    if (error instanceof CurveKeyUnusable) throw error;
    throw new CurveKeyUnusable(path, setting, whyUnreadable(error));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function keyIn(text: string, name: string): string | undefined {
  const line = new RegExp(`^\\s*${name}\\s*=\\s*(["'])(.*)\\1\\s*$`, 'm').exec(text);
  return line && /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/.test(line[2]) ? line[2] : undefined;
}
