import { useCallback, useState } from 'react';
import { broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import { useLoaded } from '../api/use-loaded.js';
import { grouped } from '../format/numbers.js';
import { type Member, jsonMembers, plainText } from './json-members.js';
import css from './parameters.module.css';

/** Longer values, as lists of channels, are told by their length. */
const LONGEST = 400;

/** The parameters of a request as they were recorded; fetched when they are looked at. */
export function Parameters({ id }: { readonly id: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      className={css.parameters}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>Parameters</summary>
      {isOpen && <Recorded id={id} />}
    </details>
  );
}

function Recorded({ id }: { readonly id: string }) {
  const { value: members, error } = useLoaded(
    useCallback((signal: AbortSignal) => parametersOf(id, signal), [id]),
  );
  if (error !== undefined) return <p role="alert">{messageOf(error)}</p>;
  if (!members) return <p className={css.wait}>Loading the parameters …</p>;
  return (
    <dl className={css.list}>
      {members.map(({ name, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{shortened(text)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** @throws Error with the broker's sentence, where its line is gone */
async function parametersOf(id: string, signal: AbortSignal): Promise<Member[]> {
  const { data, error } = await broker.GET('/requests/{request_id}/line', {
    params: { path: { request_id: id } },
    signal,
  });
  if (!data) throw new Error(messageOf(error));
  return jsonMembers(data.line.parameters);
}

function shortened(text: string): string {
  if (text.length <= LONGEST) return plainText(text);
  const entries = text.startsWith('[') ? text.split(',').length : undefined;
  const size = entries ? `${grouped(entries)} entries` : `${grouped(text.length)} characters`;
  return `${text.slice(0, LONGEST / 2)} … (${size})`;
}
