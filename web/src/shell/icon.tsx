import type { Sign } from '../format/states.js';

const DRAWINGS: Readonly<Record<Sign | 'warning' | 'sun' | 'moon' | 'close' | 'plus', string>> = {
  check: 'M3 8.5 6.5 12 13 4.5',
  half: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11v11',
  cross: 'M4 4l8 8M12 4l-8 8',
  again: 'M13 4v3.5H9.5M12.6 7.2a5 5 0 1 0 .2 3',
  wait: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 0 1 0-11M8 5v3.2l2.2 1.4',
  right: 'M3 8h9.5M9 4.5 12.5 8 9 11.5',
  down: 'M8 3v9.5M4.5 9 8 12.5 11.5 9',
  pen: 'M3 13l.6-2.8L10.8 3 13 5.2 5.8 12.4zM9.2 4.6l2.2 2.2',
  dash: 'M4 8h8',
  question: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.6M8 12.6v.1',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  warning: 'M8 2.6 14 13H2zM8 6.6v3M8 11.3v.1',
  sun: 'M8 5.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 0 1 0-5.6M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
};

/** A small line drawing in the colour of the text. What it says stands in words beside it. */
export function Icon({
  name,
  size = 16,
}: {
  readonly name: keyof typeof DRAWINGS;
  readonly size?: number;
}) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
