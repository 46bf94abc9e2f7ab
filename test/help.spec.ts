import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsOf } from '../src/config/setting.js';
import { program } from '../src/cli/program.js';
import { MAIN } from './support/service.js';
import { SERVICES } from './support/settings-documents.js';

/** A command line that has all subcommands loaded. */
const root = await program(['completion']);

/** What `--help` of a subcommand prints. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

function commandsBelow(command: Command, path = ''): [string, Command][] {
  return command.commands.flatMap((child): [string, Command][] => {
    const childPath = `${path} ${child.name()}`.trim();
    return [[childPath, child], ...commandsBelow(child, childPath)];
  });
}

const commands = commandsBelow(root);

describe('the help', () => {
  it.each([['', root] as [string, Command], ...commands])(
    'of "%s" fits 80 columns',
    (_, command) => {
      const tooWide = helpOf(command)
        .split('\n')
        .filter((line) => line.length > 80);
      expect(tooWide).toEqual([]);
    },
  );

  it.each(commands.filter(([, command]) => command.commands.length === 0))(
    'of "%s" has examples, and says where settings come from',
    (path, command) => {
      const help = helpOf(command);
      expect(help).toMatch(new RegExp(`\nExamples:\n(.*\n)*.*sf-databuffer ${path}`));
      if (path === 'completion') return;
      for (const source of ['--config', 'SF_DATABUFFER_<NAME>']) expect(help).toContain(source);
    },
  );

  it('has options in groups, required ones first', () => {
    const headings = (path: string) => {
      const help = helpOf(commands.find(([each]) => each === path)![1]);
      return [...help.matchAll(/^(\w+):$/gm)].map(([, heading]) => heading);
    };
    const usual = ['Data', 'Files', 'Network', 'Delivery', 'RabbitMQ', 'Security', 'Process'];
    const ending = ['Logging', 'Other', 'Examples'];
    const broker = usual.toSpliced(2, 0, 'Runs');
    expect(headings('broker')).toEqual([...broker, ...ending]);
    expect(headings('writer')).toEqual(['Arguments', 'Required', ...usual, ...ending]);
    expect(headings('write').slice(1, 4)).toEqual(['Required', 'Options', 'Data']);
    expect(headings('audit replay')).not.toContain('Required');
  });

  it.each(Object.entries(SERVICES))('of the %s has each setting, with its default', (name, of) => {
    // Lines are broken where they end.
    const help = helpOf(commands.find(([path]) => path === name)![1]).replaceAll(/\s+/g, ' ');
    for (const { name: setting, position, description, default: byDefault, ...its } of settingsOf(
      of,
    )) {
      expect(help).toContain(` ${position === undefined ? '--' : ''}${setting} `);
      expect(help).toContain(description);
      const value = its.defaultText ?? byDefault?.();
      if (value !== undefined && value !== false) {
        expect(help).toContain(`${description} (default: ${value as string})`);
      }
    }
  });
});

describe('completion', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'completion-'));
    for (const shell of ['bash', 'zsh', 'fish']) {
      writeFileSync(
        join(folder, shell),
        execFileSync(process.execPath, [MAIN, 'completion', shell]),
      );
    }
    writeFileSync(join(folder, 'run.h5'), '');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  describe('in bash', () => {
    /** What bash would offer for the last of these words. */
    function offered(...words: string[]): string[] {
      const line = ['sf-databuffer', ...words];
      const shell =
        'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sf_databuffer; echo "${COMPREPLY[*]}"';
      const args = ['--norc', '-c', shell, join(folder, 'bash'), ...line];
      return execFileSync('bash', args, { encoding: 'utf8' }).trim().split(/\s+/);
    }

    it('offers subcommands, and the flags of the one that is named', () => {
      expect(offered('wr')).toEqual(['writer', 'write']);
      expect(offered('audit', '')).toEqual(['list', 'status', 'replay', 'cancel']);
      expect(offered('broker', '--audit_')).toEqual(['--audit_file', '--audit_trail_only']);
      expect(offered('audit', 'list', '--s')).toEqual(['--since']);
      expect(offered('--ver')).toEqual(['--version']);
    });

    it('offers what a setting chooses from', () => {
      expect(offered('broker', '--reports', '')).toEqual(['auto', 'on', 'mixed', 'off']);
      expect(offered('writer', '--queue', '=', 'r')).toEqual(['rabbitmq']);
      expect(offered('writer', '--log_level', '=')).toContain('WARNING');
    });

    it('leaves to bash what is no flag: names of files', () => {
      expect(offered('broker', '--channels_file', '')).toEqual(['']);
      expect(offered('write', 'ru')).toEqual(['']);
    });
  });

  it('in fish offers the same, with descriptions', ({ skip }) => {
    if (spawnSync('fish', ['--version']).error) skip('fish is not installed');
    const asked = ['aud', 'audit l', 'broker --rest_p', 'broker --reports m', 'write ru'];
    const lines = asked.map((each) => `complete -C 'sf-databuffer ${each}'`);
    const script = [`source ${join(folder, 'fish')}`, `cd ${folder}`, ...lines].join('\n');
    const said = execFileSync('fish', ['--no-config', '-c', script], { encoding: 'utf8' });
    expect(said.trim().split('\n')).toEqual([
      'audit\tlist the requests of an audit trail, and acquire them again',
      'list\tlist the requests in a trail',
      '--rest_port\tTCP port of the REST interface',
      expect.stringMatching(/^mixed\t/),
      'run.h5',
    ]);
  });

  it('in zsh completes what is typed at a terminal', ({ skip }) => {
    if (spawnSync('zsh', ['--version']).error) skip('zsh is not installed');
    const typed = [
      'sf-databuffer audit lis\t --jso\t',
      'sf-databuffer broker --reports mix\t --rest_p\t',
      'sf-databuffer writer --queue=rab\t',
      'sf-databuffer write run\t',
    ];
    const answered = join(folder, 'answered');
    const begin = [
      ...[`cd ${folder}`, 'autoload -U compinit', 'compinit -u -D', 'source ./zsh'],
      `sf-databuffer() { print -r -- $* >> ${answered} }`,
    ].join('; ');
    const script = [
      'zmodload zsh/zpty; zpty shell zsh -f -i',
      'for line in "$@" exit; do zpty -w -n shell "$line"$\'\\n\'; done',
      'while zpty -r shell out; do :; done',
    ].join('\n');
    const options = { timeout: 20_000 };
    execFileSync('zsh', ['-f', '-c', script, 'zsh', begin, ...typed], options);
    expect(readFileSync(answered, 'utf8').trim().split('\n')).toEqual([
      'audit list --json',
      'broker --reports mixed --rest_port',
      'writer --queue=rabbitmq',
      'write run.h5',
    ]);
  });
});
