import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { curveKeyPair } from 'zeromq';
import { certificateText, publicKeyIn, readKeyPair, readPublicKey } from './certificate.js';

const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
const keys = curveKeyPair();

afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string, mode = 0o600): string {
  const path = join(folder, 'a.key_secret');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('certificates', () => {
  it('are read as they are written', () => {
    expect(readKeyPair(file(certificateText(keys)), 's')).toEqual(keys);
    const publicText = certificateText({ publicKey: keys.publicKey });
    expect(publicText).not.toContain('secret');
    expect(readPublicKey(file(publicText, 0o644), 's')).toBe(keys.publicKey);
  });

  it('are read as pyzmq writes them', () => {
    const text = `#   ****  Generated on 2026-11-24 by pyzmq  ****\n\nmetadata\ncurve\n    public-key = "${keys.publicKey}"\n`;
    expect(publicKeyIn(text)).toBe(keys.publicKey);
  });

  it.each([0o644, 0o640, 0o660, 0o604])('with a secret are refused with mode %o', (mode) => {
    expect(() => readKeyPair(file(certificateText(keys), mode), 'own')).toThrow(
      expect.objectContaining({
        code: 'curve_key_unusable',
        message: expect.stringMatching(/^--own '.*its mode is 0\d{3}.*chmod 0600/),
      }),
    );
  });

  it.each([
    ['of the other side', certificateText({ publicKey: keys.publicKey })],
    ['cut short', certificateText({ ...keys, secretKey: keys.secretKey.slice(1) })],
    ['empty', ''],
    ['endless', ' '.repeat(100_000)],
  ])('are refused when %s, and the message has no key', (_what, text) => {
    const read = () => readKeyPair(file(text), 'own');
    expect(read).toThrow(/--own .* can't be used/);
    expect(read).not.toThrow(keys.secretKey.slice(1, 9));
  });

  it('are refused when there is none', () => {
    expect(() => readPublicKey(join(folder, 'none'), 'server')).toThrow(
      /--server .* it does not exist/,
    );
    expect(() => readPublicKey(folder, 'server')).toThrow(/--server .* it is a folder/);
  });
});
