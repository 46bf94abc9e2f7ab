/** What settings are about, in the order in which somebody new needs them. */
const SETTING_GROUPS = [
  'Required',
  'Data',
  'Files',
  'Runs',
  'Network',
  'Delivery',
  'RabbitMQ',
  'Security',
  'Process',
  'Logging',
] as const;

export type SettingGroup = (typeof SETTING_GROUPS)[number];

/** Settings by what they are about, in the order of the groups; in each as they are declared. */
export function inGroups<T extends { readonly group: SettingGroup }>(
  settings: readonly T[],
): [group: SettingGroup, settings: T[]][] {
  return SETTING_GROUPS.flatMap((group): [SettingGroup, T[]][] => {
    const members = settings.filter((setting) => setting.group === group);
    return members.length === 0 ? [] : [[group, members]];
  });
}
