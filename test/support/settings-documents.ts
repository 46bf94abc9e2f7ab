import { BrokerSettings } from '../../src/config/broker-settings.js';
import {
  type NamedSetting,
  type SettingsClass,
  environmentName,
  settingsOf,
} from '../../src/config/setting.js';
import { inGroups } from '../../src/config/setting-groups.js';
import { SimulatorSettings } from '../../src/config/simulator-settings.js';
import { WriterSettings } from '../../src/config/writer-settings.js';

export const SERVICES: Readonly<Record<'broker' | 'writer' | 'simulator', SettingsClass>> = {
  broker: BrokerSettings,
  writer: WriterSettings,
  simulator: SimulatorSettings,
};

type Scalar = string | number | boolean | undefined;

const COMMENT_WIDTH = 100;

const CONFIG: NamedSetting = {
  group: 'Process',
  name: 'config',
  kind: 'text',
  value: 'file',
  description: 'JSON file with settings, names as on the command line',
};

/** All settings as Markdown tables, one a group, with the services that have them. */
export function settingsTable(): string {
  const rows = new Map<string, { setting: NamedSetting; services: string[] }>();
  for (const [service, settingsClass] of Object.entries(SERVICES)) {
    for (const setting of [CONFIG, ...settingsOf(settingsClass)]) {
      const key = `${setting.name} ${setting.description}`;
      const row = rows.get(key) ?? { setting, services: [] };
      rows.set(key, { setting, services: [...row.services, service] });
    }
  }
  const all = [...rows.values()].map((row) => ({ ...row.setting, row }));
  return inGroups(all)
    .map(([group, members]) =>
      [
        `**${group}**\n`,
        '| flag | of | environment | default | unit, form | meaning |',
        '| --- | --- | --- | --- | --- | --- |',
        ...members.map(({ row: { setting, services } }) => tableRow(setting, services)),
      ].join('\n'),
    )
    .join('\n\n');
}

function tableRow(setting: NamedSetting, services: readonly string[]): string {
  const short = setting.short ? `, \`-${setting.short}\`` : '';
  const flag = setting.position === undefined ? `\`--${setting.name}\`` : `\`<${setting.name}>\``;
  const of = services.length === Object.keys(SERVICES).length ? 'all' : services.join(', ');
  const cells = [
    flag + short,
    of,
    `\`${environmentName(setting.name)}\``,
    defaultWords(setting),
    form(setting),
    setting.description,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/<(\w+)>(?!`)/g, '`<$1>`')).join(' | ')} |`;
}

/**
 * A file for systemd's `EnvironmentFile=`, with all settings of a service in comments, each as it is
 * where nothing is said.
 *
 * @param unit what the service's unit sets, which goes before the settings' own defaults
 * @param recommended what the file sets, as it is better than the default where there is a beamline
 */
export function environmentFile(
  head: readonly string[],
  settingsClass: SettingsClass,
  unit: Readonly<Record<string, string>>,
  recommended: Readonly<Record<string, string>> = {},
): string {
  const groups = inGroups([...settingsOf(settingsClass), CONFIG]);
  const entries = groups.flatMap(([group, settings]) => [
    `# ---- ${group} ----`,
    ...settings.map((setting) => entryOf(setting, unit, recommended)),
  ]);
  return `${[head.map((line) => `# ${line}`.trimEnd()).join('\n'), ...entries].join('\n\n')}\n`;
}

function entryOf(
  setting: NamedSetting,
  unit: Readonly<Record<string, string>>,
  recommended: Readonly<Record<string, string>>,
): string {
  const variable = environmentName(setting.name);
  const value = unit[variable] ?? environmentText(setting);
  const unwritten =
    variable in recommended
      ? `; without this line: ${value || defaultWords(setting) || 'none'}`
      : value === ''
        ? `; ${defaultWords(setting) || 'none'}`
        : '';
  return [
    ...comment(`${setting.description} [${form(setting)}${unwritten}]`),
    variable in recommended ? `${variable}=${recommended[variable]}` : `#${variable}=${value}`,
  ].join('\n');
}

/** The unit of a number, the form of a text. */
function form({ name, kind, value }: NamedSetting): string {
  if (kind === 'switch') return 'on, off';
  return value === undefined || value === name ? kind : value;
}

/** As `--help` words it; empty where there is none. */
function defaultWords(setting: NamedSetting): string {
  const value = setting.defaultText ?? (setting.default?.() as Scalar);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (value === undefined) return isRequired(setting) ? 'required' : '';
  return String(value);
}

function environmentText({ default: byDefault, defaultText, kind }: NamedSetting): string {
  const value = byDefault?.() as Scalar | string[];
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.join(kind === 'paths' ? ':' : ',');
  return value === undefined || defaultText !== undefined ? '' : String(value);
}

function isRequired({ group }: NamedSetting): boolean {
  return group === 'Required';
}

function comment(text: string): string[] {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length <= COMMENT_WIDTH) lines[lines.length - 1] = line;
    else lines.push(`# ${word}`);
  }
  return lines;
}
