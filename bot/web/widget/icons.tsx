import type { JSX } from "preact";

function Icon({ path }: { path: string }): JSX.Element {
  return (
    <svg
      viewBox="0 0 24 24"
      width="22"
      height="22"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={path} />
    </svg>
  );
}

export const CrossIcon = (): JSX.Element => <Icon path="M6 6l12 12M18 6L6 18" />;
export const ClipIcon = (): JSX.Element => (
  <Icon path="M19 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-7.9 7.9a1.5 1.5 0 0 1-2.1-2.1l7.1-7.1" />
);
export const SendIcon = (): JSX.Element => <Icon path="M5 12h13M12.5 6l6 6-6 6" />;
