/** The page's few icons, drawn here: an icon library would weigh more than the rest of the page. */
import type { ReactNode } from "react";

function icon(children: ReactNode) {
  return function Icon({ size = 20 }: { size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.75}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
        focusable="false"
      >
        {children}
      </svg>
    );
  };
}

export const IconMenu = icon(<path d="M4 6h16M4 12h16M4 18h10" />);
export const IconPlus = icon(<path d="M12 5v14M5 12h14" />);
export const IconClose = icon(<path d="M6 6l12 12M18 6L6 18" />);
export const IconSend = icon(<path d="M12 19V5M5 12l7-7 7 7" />);
export const IconStop = icon(<rect x="7" y="7" width="10" height="10" rx="1.5" fill="currentColor" />);
export const IconAttach = icon(
  <path d="M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7" />,
);
export const IconCamera = icon(
  <>
    <path d="M4 8h3l2-3h6l2 3h3v11H4z" />
    <circle cx="12" cy="13" r="3.5" />
  </>,
);
export const IconMic = icon(
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5 11a7 7 0 0 0 14 0M12 18v3" />
  </>,
);
export const IconCopy = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M5 15V5a1 1 0 0 1 1-1h9" />
  </>,
);
export const IconCheck = icon(<path d="M5 12.5l4.5 4.5L19 7.5" />);
export const IconAgain = icon(<path d="M19 12a7 7 0 1 1-2.1-5M19 4v4h-4" />);
export const IconUp = icon(<path d="M7 11v9H4v-9zM7 11l4-7a2 2 0 0 1 2.4 2.4L12.5 10H18a2 2 0 0 1 2 2.3l-1 6A2 2 0 0 1 17 20H7" />);
export const IconDown = icon(<path d="M17 13V4h3v9zM17 13l-4 7a2 2 0 0 1-2.4-2.4l.9-3.6H6a2 2 0 0 1-2-2.3l1-6A2 2 0 0 1 7 4h10" />);
export const IconLeft = icon(<path d="M14 6l-6 6 6 6" />);
export const IconRight = icon(<path d="M10 6l6 6-6 6" />);
export const IconToEnd = icon(<path d="M12 5v14M6 13l6 6 6-6" />);
export const IconPin = icon(<path d="M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5" />);
export const IconMore = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" strokeWidth={3} />);
export const IconSpeaker = icon(<path d="M5 10v4h3l4 4V6l-4 4zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11" />);
export const IconFile = icon(<path d="M7 3h7l4 4v14H7zM14 3v4h4" />);
export const IconOut = icon(<path d="M14 5h5v5M19 5l-9 9M11 5H5v14h14v-6" />);
export const IconSearch = icon(
  <>
    <circle cx="11" cy="11" r="6" />
    <path d="M20 20l-4.5-4.5" />
  </>,
);
export const IconBookmark = icon(<path d="M7 4h10v16l-5-4-5 4z" />);
export const IconDownload = icon(<path d="M12 4v11M7 11l5 5 5-5M5 20h14" />);
