import { rmSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CommonSettings } from '../config/common-settings.js';
import { certificateText } from '../transport/zmq/curve/certificate.js';
import { settingsFrom } from './command-line.js';
import { printLine } from './print-line.js';
import { startLogging } from './service.js';
import { settingsCommand } from './settings-command.js';

const NOT_MADE: Readonly<Record<string, string>> = {
  EEXIST: 'exists already, and keys are never replaced: give another name',
  ENOENT: "can't be made: its folder does not exist",
  ENOTDIR: "can't be made: a part of its path is not a folder",
  EACCES: "can't be made: this user may not write there",
  EROFS: "can't be made: its file system is mounted read-only",
};

class KeyFileNotMade extends Error {
  override readonly name = 'KeyFileNotMade';

  constructor(file: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(`${file} ${NOT_MADE[code ?? ''] ?? `can't be made: ${message}`}`);
  }
}

/** `sf-databuffer keygen`: a CURVE key pair for a broker or a writer. */
export function keygenCommand(): Command {
  return settingsCommand(
    'keygen',
    {
      description:
        'Makes a CURVE key pair: <name>.key_secret stays with its owner, <name>.key goes to the other ' +
        'side. Existing files are kept. With keys a broker and its writers can be sure of each other, ' +
        'and nobody else can read what they send; docs/security.md has all steps.',
      settings: [CommonSettings],
      arguments: [{ name: 'name', description: 'owner of the keys, with or without a folder' }],
      examples: [
        'sf-databuffer keygen broker',
        'sf-databuffer keygen sf-writer-1',
        'mkdir allowed && cp sf-writer-1.key allowed',
        'sf-databuffer broker --curve_secret_key_file broker.key_secret \\',
        '    --curve_allowed_keys allowed',
        'sf-databuffer writer tcp://sf-daq-1:12500 \\',
        '    --data_api_url http://data-api/query \\',
        '    --curve_secret_key_file sf-writer-1.key_secret \\',
        '    --curve_server_key_file broker.key',
      ],
    },
    async (line) => {
      startLogging(settingsFrom(line, CommonSettings));
      const name = line.values.name as string;
      const [secretFile, publicFile] = [`${name}.key_secret`, `${name}.key`];
      const { curveKeyPair } = await import('zeromq');
      const keys = curveKeyPair();
      writeNew(secretFile, certificateText(keys), 0o600);
      try {
        writeNew(publicFile, certificateText({ publicKey: keys.publicKey }), 0o644);
      } catch (error) {
        rmSync(secretFile);
        throw error;
      }
      await printLine(`${secretFile}  secret: stays with ${name} alone`);
      await printLine(`${publicFile}  public: for the other side`);
    },
  );
}

function writeNew(file: string, text: string, mode: number): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode });
  } catch (error) {
    throw new KeyFileNotMade(file, error);
  }
}
