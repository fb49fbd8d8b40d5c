// In: nothing. Out: small drawings beside words; never read aloud.
import type { ComponentChildren } from 'preact';

const Icon = ({ children }: { children: ComponentChildren }) => (
  <svg class="icon" viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
    {children}
  </svg>
);

export const SearchIcon = () => <Icon><circle cx="9" cy="9" r="5.5" /><path d="m13.2 13.2 4 4" /></Icon>;
export const KeyIcon = () => <Icon><circle cx="6.5" cy="13.5" r="3.5" /><path d="m9 11 7.5-7.5M13.5 6.5 16 9" /></Icon>;
export const SunIcon = () => <Icon><circle cx="10" cy="10" r="3.4" /><path d="M10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4" /></Icon>;
export const MoonIcon = () => <Icon><path d="M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7Z" /></Icon>;
export const MenuIcon = () => <Icon><path d="M3 5.5h14M3 10h14M3 14.5h14" /></Icon>;
export const CloseIcon = () => <Icon><path d="m5 5 10 10M15 5 5 15" /></Icon>;

export const Logo = () => (
  <svg class="logo" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
    <rect class="logo-ground" width="32" height="32" rx="8" />
    <g fill="none" stroke="#fff" stroke-width="2.3" stroke-linecap="round">
      <path d="M10.5 6.5v19" />
      <path d="m11.5 17.5 9.5-8.5M14.5 15l7 8" opacity="0.75" />
    </g>
    <circle cx="10.5" cy="18" r="2.9" fill="#fff" />
    <circle cx="22" cy="8.5" r="2.9" fill="#7fd6e0" />
    <circle cx="22" cy="23.5" r="2.9" fill="#7fd6e0" />
  </svg>
);
