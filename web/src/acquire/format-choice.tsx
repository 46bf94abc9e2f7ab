import { useId } from 'react';
import { Problem } from './field.js';
import type { Draft } from './submit.js';
import css from './format-choice.module.css';

const CHOICES = [
  { format: 'compact', label: 'Compact', means: 'each channel has its own rows' },
  { format: 'extended', label: 'Extended', means: 'every channel has a row for every pulse' },
] as const;

/** The layout of the file's rows. */
export function FormatChoice({
  format,
  problem,
  onFormat,
}: {
  readonly format: Draft['format'];
  readonly problem?: string;
  readonly onFormat: (format: Draft['format']) => void;
}) {
  const id = useId();
  return (
    <fieldset className={css.choice}>
      <legend>Format</legend>
      {CHOICES.map(({ format: each, label, means }) => (
        <label key={each}>
          <input
            type="radio"
            name="output_file_format"
            value={each}
            checked={format === each}
            onChange={() => onFormat(each)}
          />
          <span>
            {label} <small>{means}</small>
          </span>
        </label>
      ))}
      <Problem id={id} text={problem} />
    </fieldset>
  );
}
