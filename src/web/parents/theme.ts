import { h } from "./dom.ts";
import { settings, type Theme } from "./settings.ts";

/**
 * Dresses the page as the organisation or the embedding site asks, within what stays readable.
 *
 * An embedding site hands its wishes over as the name of the frame, so that nothing of it stands in an address.
 */
export function applyTheme(): void {
  const theme = { ...settings.theme, ...themeOfFrame() };
  const root = document.documentElement;
  if (theme.accent !== undefined && /^#[0-9a-f]{6}$/i.test(theme.accent)) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const paint = () => {
      const colours = coloursFrom(theme.accent ?? "", dark.matches);
      for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
    };
    dark.addEventListener?.("change", paint);
    paint();
  }
  if (theme.logo !== undefined && /^(data:image|\/page)\//.test(theme.logo)) {
    document
      .querySelector(".hero")
      ?.after(h("img", { class: "logo", src: theme.logo, alt: theme.name ?? "" }));
  }
}

/** Everything that has the organisation's colour: words and signs, grounds, edges, and what the parent says. */
function coloursFrom(accent: string, isDark: boolean): Readonly<Record<string, string>> {
  return {
    accent: readable(accent, isDark ? darkGround : lightGround),
    "on-accent": isDark ? "#14110f" : "#ffffff",
    tint: `${accent}${isDark ? "40" : "20"}`,
    edge: `${accent}80`,
    own: readable(accent, lightGround),
    "on-own": "#ffffff",
  };
}

function themeOfFrame(): Theme {
  if (window.parent === window) return {};
  try {
    const wish = JSON.parse(window.name);
    return typeof wish === "object" && wish !== null ? wish : {};
  } catch {
    return {};
  }
}

/** How much light the grounds give, of 1. */
const [lightGround, darkGround] = [0.9, 0.01];

/** Moves a colour towards black or white until it stands out 5 to 1 against the ground. */
function readable(colour: string, ground: number): string {
  let channels = [1, 3, 5].map((from) => Number.parseInt(colour.slice(from, from + 2), 16));
  const away = ground > 0.5 ? 0 : 255;
  for (let tries = 0; tries < 40 && contrast(luminance(channels), ground) < 5; tries++) {
    channels = channels.map((channel) => Math.round(channel + (away - channel) * 0.08));
  }
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: number, two: number): number {
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}
