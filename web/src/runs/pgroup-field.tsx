import { type SyntheticEvent, useState } from 'react';
import { navigate, useRoute } from '../shell/route.js';
import css from './pgroup-field.module.css';

/** Any pgroup whose runs this broker can see, by its name. */
export function PgroupField({ pgroup = '' }: { readonly pgroup?: string }) {
  const { filter } = useRoute();
  const [text, setText] = useState(pgroup);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const name = text.trim();
    navigate({ view: 'runs', filter, ...(name !== '' && { pgroup: name }) });
  };
  return (
    <search>
      <form className={css.field} onSubmit={submit}>
        <label htmlFor="pgroup">Pgroup</label>
        <input
          id="pgroup"
          type="search"
          value={text}
          placeholder="p12345"
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => setText(target.value)}
        />
        <button type="submit">Show runs</button>
      </form>
    </search>
  );
}
