import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { applyTheme } from './shell/theme.js';
import './theme.css';

applyTheme();
createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <main />
  </StrictMode>,
);
