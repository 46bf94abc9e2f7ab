import { type ClipboardEvent, type KeyboardEvent, useId, useState } from 'react';
import { grouped } from '../format/numbers.js';
import { channelNamesIn, isCamera } from './channel-names.js';
import { ChosenChannels } from './chosen-channels.js';
import { Problem } from './field.js';
import { type Suggestions, useSuggestions } from './use-suggestions.js';
import css from './channel-picker.module.css';

/** Channels to acquire: searched by name, typed, or pasted as a list. */
export function ChannelPicker({
  chosen,
  onChosen,
  problem,
  wrong,
}: {
  readonly chosen: readonly string[];
  readonly onChosen: (names: readonly string[]) => void;
  readonly problem?: string;
  /** Those that are refused. */
  readonly wrong?: readonly string[];
}) {
  const id = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(-1);
  const found = useSuggestions(text.trim());
  const has = new Set(chosen);
  const fresh = { ...found, channels: found.channels.filter(({ name }) => !has.has(name)) };
  const isOpen = text.trim() !== '' && fresh.channels.length > 0;
  const search = (value: string) => {
    setText(value);
    setActive(-1);
  };
  const add = (names: readonly string[]) => onChosen([...new Set([...chosen, ...names])]);
  const take = (name: string) => {
    add([name]);
    search('');
  };
  const onKey = (event: KeyboardEvent) => {
    const { key } = event;
    const count = fresh.channels.length;
    if (key === 'ArrowDown' && count > 0) setActive((active + 1) % count);
    else if (key === 'ArrowUp' && count > 0) setActive((active <= 0 ? count : active) - 1);
    else if (key === 'Enter' && isOpen && active >= 0) take(fresh.channels[active]!.name);
    else if (key === 'Enter' && text.trim() !== '') {
      add(channelNamesIn(text));
      search('');
    } else if (key === 'Escape' && text !== '') search('');
    else if (key !== 'Enter') return;
    event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent) => {
    const names = channelNamesIn(event.clipboardData.getData('text'));
    if (names.length < 2) return;
    event.preventDefault();
    add(names);
  };
  return (
    <div className={css.picker}>
      <label htmlFor={id}>Channels</label>
      <input
        id={id}
        name="channels"
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        placeholder="Search, or paste a list"
        aria-expanded={isOpen}
        aria-controls={`${id}-found`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && active >= 0 ? `${id}-${active}` : undefined}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-hint ${id}-problem`}
        value={text}
        onChange={({ target }) => search(target.value)}
        onKeyDown={onKey}
        onPaste={onPaste}
      />
      {isOpen && (
        <Found
          id={id}
          found={fresh}
          active={active}
          onTake={take}
          onAll={() => {
            add(fresh.channels.map(({ name }) => name));
            search('');
          }}
        />
      )}
      <p id={`${id}-hint`} className={css.hint}>
        {hintOf(chosen, text.trim(), found)}
      </p>
      <Problem id={`${id}-problem`} text={problem} />
      {chosen.length > 0 && <ChosenChannels names={chosen} wrong={wrong} onNames={onChosen} />}
    </div>
  );
}

// A list of options below a field, of which arrows choose one, has no tags of its own.
/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-element-to-interactive-role */
function Found({
  id,
  found: { channels, isCut },
  active,
  onTake,
  onAll,
}: {
  readonly id: string;
  readonly found: Suggestions;
  readonly active: number;
  readonly onTake: (name: string) => void;
  readonly onAll: () => void;
}) {
  return (
    <div className={css.found}>
      <ul id={`${id}-found`} role="listbox" aria-label="Channels found">
        {channels.map(({ name, backend }, index) => (
          // The keys are those of the search field, which keeps the focus.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={name}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            ref={index === active ? intoView : undefined}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onTake(name)}
          >
            <span>{name}</span> <small>{backend}</small>
          </li>
        ))}
      </ul>
      <p className={css.foot}>
        <button type="button" onClick={onAll}>
          Add all {channels.length}
        </button>
        {isCut && <span>There are more: keep typing to narrow the search.</span>}
      </p>
    </div>
  );
}

/* oxlint-enable jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-element-to-interactive-role */

function intoView(element: Element | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

function hintOf(
  chosen: readonly string[],
  text: string,
  { channels, problem }: Suggestions,
): string {
  if (text !== '' && problem !== undefined) return `Press Enter to add this name. ${problem}`;
  if (text !== '' && channels.length === 0) return 'Press Enter to add this name.';
  if (chosen.length === 0) return 'Leave empty to use the broker’s channel list.';
  const cameras = chosen.filter(isCamera).length;
  const count = `${grouped(chosen.length)} ${chosen.length === 1 ? 'channel' : 'channels'}`;
  if (cameras === 0) return `${count}.`;
  return `${count}, including ${grouped(cameras)} ${cameras === 1 ? 'camera' : 'cameras'} (written to a separate file, ….IMAGES.h5).`;
}
