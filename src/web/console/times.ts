import { currentLanguage, t } from "./words.ts";

const minute = 60_000;

/** Writes a stretch of time as a nurse says it: minutes below an hour, days from one on. */
export function writeStretch(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / minute));
  if (minutes < 60) return t("minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t("hours", { h: hours, m: minutes % 60 });
  const days = Math.floor(hours / 24);
  return days < 3 ? t("days", { count: days, h: hours % 24 }) : t("many-days", { n: days });
}

/** Writes a time on the organisation's clock; the day only when it is not today. */
export function writeTime(at: number, now: number, zone: string): string {
  const language = currentLanguage() === "nl" ? "nl-NL" : "en-GB";
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const day = new Intl.DateTimeFormat(language, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: zone,
  });
  return day.format(at) === day.format(now) ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
}

/** How much of the time between asking and the promise has gone, from 0 to 1. */
export function shareGone(requestedAt: number, promisedAt: number, now: number): number {
  return Math.min(1, Math.max(0, (now - requestedAt) / Math.max(minute, promisedAt - requestedAt)));
}
