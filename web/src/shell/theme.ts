import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark';

const KEY = 'theme';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

/** What was chosen here, else what the system prefers. */
export function currentTheme(): Theme {
  const kept = keptTheme();
  if (kept) return kept;
  return dark.matches ? 'dark' : 'light';
}

/** Colours of `theme.css` hang on the root's `data-theme`, so that a choice can differ from the system's. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = currentTheme();
}

export function toggleTheme(): void {
  const theme = currentTheme() === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Where nothing may be kept, the choice holds until the page is loaded again.
  }
  chosen = theme;
  changed();
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme);
}

let chosen: Theme | undefined;

function keptTheme(): Theme | undefined {
  if (chosen) return chosen;
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : undefined;
  } catch {
    return undefined;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function changed(): void {
  applyTheme();
  for (const listener of listeners) listener();
}

dark.addEventListener('change', changed);
