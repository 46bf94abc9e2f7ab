import { type Stats, closeSync, lstatSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { CommonSettings } from '../../config/common-settings.js';
import { whyUnreadable } from '../../filesystem/why-unreadable.js';
import { openServedFile } from '../../viewer/child/served-file.js';
import type { ServedFiles } from '../../viewer/messages.js';
import { type CommandLine, settingsFrom, withProblems } from '../command-line.js';
import { listenOn } from '../listen.js';
import { goOnWithoutOutput, printLine } from '../print-line.js';
import { runUntilStopped, startLogging } from '../service.js';
import { settingsCommand } from '../settings-command.js';

// Nobody else on the network has any business with these files.
const THIS_MACHINE = '127.0.0.1';
const LARGEST_PORT = 65_535;

/** `sf-databuffer view`: what is in a file, or in the files of a folder, in a browser. */
export function viewCommand(): Command {
  return settingsCommand(
    'view',
    {
      description:
        'Shows an HDF5 file, or those of a folder and of the folders in it, in a browser on this machine: ' +
        'images, waveforms, scalars and texts. Prints the address and opens nothing by itself. Files are ' +
        'only read; nothing outside of the folder is. Ctrl-C ends it.',
      settings: [CommonSettings],
      defaults: { log_level: 'WARNING' },
      arguments: [{ name: 'file', description: 'HDF5 file, or a folder with some' }],
      options: [new Option('--port [port]', 'TCP port on 127.0.0.1; 0: any free one (default: 0)')],
      examples: ['sf-databuffer view data/run_0001.h5', 'sf-databuffer view data --port 8000'],
    },
    view,
  );
}

async function view(line: CommandLine): Promise<void> {
  const { file, port: given = '0' } = line.values;
  const port = typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : Infinity;
  const problems = port <= LARGEST_PORT ? [] : ['--port must be a TCP port, 0 to 65535'];
  const log = startLogging(settingsFrom(withProblems(line, problems), CommonSettings));
  goOnWithoutOutput();
  const served = servedAt(resolve(file as string));
  const { createView } = await import('./create-view.js');
  const app = await createView(served, log);
  const url = await listenOn(app, port, THIS_MACHINE, 'view');
  await runUntilStopped([app], {
    start: async () => {
      await printLine(`${served.only ?? served.folders[0]} is shown at`);
      await printLine(`  ${url}/`);
      await printLine('Ctrl-C ends it.');
    },
    endsOnHangup: true,
  });
}

/** @throws Error when nothing can be shown there */
function servedAt(path: string): ServedFiles {
  const found = lookAt(path);
  if (typeof found === 'string') {
    throw new Error(`${path} can't be read: ${found}; give the path of an HDF5 file or a folder`);
  }
  if (found.isDirectory()) return { folders: [path], reserved: [] };
  const served = { folders: [dirname(path)], only: path, reserved: [] };
  closeSync(openServedFile(path, served));
  return served;
}

/** What lies there, or why that can't be said. */
function lookAt(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const isLink = isMissing && lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    return isLink ? 'it is a link that leads nowhere' : whyUnreadable(error);
  }
}
