import { useEffect, useRef, useState } from 'react';

/** How long after its last move a pointer is taken to be on its way to something. */
const LATELY_MS = 1500;

/** Whether a mouse moved over something lately: then nothing there should move away from under it. */
export function usePointed(): { isPointed: boolean; onPointerMove: () => void } {
  const [isPointed, setIsPointed] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const onPointerMove = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setIsPointed(false), LATELY_MS);
    setIsPointed(true);
  };
  return { isPointed, onPointerMove };
}
