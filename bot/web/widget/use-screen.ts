import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

const NARROW = "(max-width: 480px)";

/** Whether the panel covers the whole screen (phones). Same breakpoint as `chat.css`. */
export function useFullScreen(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const look = (): void => setNarrow(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return narrow;
}

/** Keeps a full-screen panel above the phone's keyboard: iOS does not shrink the page for it, only the visual viewport. */
export function useViewportHeight(panel: RefObject<HTMLDivElement | null>, active: boolean): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    const element = panel.current;
    if (!active || !viewport || !element) return;
    const fill = (): void => {
      element.style.height = `${viewport.height}px`;
      element.style.top = `${viewport.offsetTop}px`;
    };
    fill();
    viewport.addEventListener("resize", fill);
    viewport.addEventListener("scroll", fill);
    return () => {
      viewport.removeEventListener("resize", fill);
      viewport.removeEventListener("scroll", fill);
      element.style.height = element.style.top = "";
    };
  }, [active]);
}
