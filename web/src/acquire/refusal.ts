/** What the broker says of a form: of its fields, and of what is none of them. */
export interface Refusal {
  /** The sentence for a field, by the broker's name of the field. */
  readonly fields: Readonly<Record<string, string>>;
  /** Channels that are named as wrong. */
  readonly wrongChannels: readonly string[];
  /** What no field of the form is named in; undefined if there is no such thing. */
  readonly general?: string;
}

/**
 * Takes a refusal apart, and calls the fields what the form calls them. The broker names each field first and
 * then says what is wrong with it:
 * "Parameters were not accepted: channels is empty: name channels; output_file is missing …".
 *
 * @param labels by the broker's names, longer ones before those that they begin with
 * @param channels that were sent: the broker counts them from 0, people from 1
 */
export function refusalOf(
  message: string,
  labels: Readonly<Record<string, string>>,
  channels: readonly string[] = [],
): Refusal {
  const fields: Record<string, string> = {};
  const general: string[] = [];
  const wrongChannels: string[] = [];
  for (const part of withoutFrame(message).split('; ')) {
    const name = Object.keys(labels).find(
      (each) => part.startsWith(each) && !/^\w/u.test(part.slice(each.length)),
    );
    if (name === undefined) {
      general.push(part);
      continue;
    }
    const text = labelled(part, labels);
    fields[name] = fields[name] === undefined ? text : `${fields[name]}; ${text}`;
    for (const { 1: index } of part.matchAll(/\bchannels\[(\d+)\]/gu)) {
      const channel = channels[Number(index)];
      if (channel !== undefined) wrongChannels.push(channel);
    }
  }
  if (Object.keys(fields).length === 0) return { fields, wrongChannels, general: message };
  return { fields, wrongChannels, general: general.length > 0 ? general.join('; ') : undefined };
}

/** Names of fields stand for themselves: not inside of quotes, and "channels" is a word of sentences as well. */
function labelled(text: string, labels: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /'[^']*'|\bchannels\[(\d+)\]|[\w/]+/gu,
    (word: string, index: string | undefined, at: number) => {
      if (index !== undefined) return `Channel ${Number(index) + 1}`;
      const isName = Object.hasOwn(labels, word) && (at === 0 || /[_/]/u.test(word));
      return isName ? labels[word]! : word;
    },
  );
}

function withoutFrame(message: string): string {
  return message
    .replace(/^Parameters were not accepted: /u, '')
    .replace(/\.? Correct and post them again\.$/u, '');
}
