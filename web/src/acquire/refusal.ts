/** What the broker says of a form: of its fields, and of what is none of them. */
export interface Refusal {
  /** The sentence for a field, by the field's name. */
  readonly fields: Readonly<Record<string, string>>;
  /** What no field of the form is named in; undefined if there is no such thing. */
  readonly general?: string;
}

/**
 * Takes a refusal apart. The broker names each field first and then says what is wrong with it:
 * "Parameters were not accepted: channels is empty: name channels; output_file is missing …".
 */
export function refusalOf(message: string, names: readonly string[]): Refusal {
  const fields: Record<string, string> = {};
  const general: string[] = [];
  for (const part of withoutFrame(message).split('; ')) {
    const name = names.find(
      (each) => part.startsWith(each) && !/^\w/u.test(part.slice(each.length)),
    );
    if (name === undefined) general.push(part);
    else fields[name] = fields[name] === undefined ? part : `${fields[name]}; ${part}`;
  }
  if (Object.keys(fields).length === 0) return { fields, general: message };
  return { fields, general: general.length > 0 ? general.join('; ') : undefined };
}

function withoutFrame(message: string): string {
  return message
    .replace(/^Parameters were not accepted: /u, '')
    .replace(/\.? Correct and post them again\.$/u, '');
}
