import type { Locale } from "../../terms.ts";
import type { Activity, ActivityChoice } from "./activity.ts";
import { type Memory, newKey, type Shown, type ShownChoice } from "./memory.ts";
import { settings } from "./settings.ts";
import { t } from "./texts.ts";

/** Adds what the server tells, each thing once; what the parent said stops waiting when it comes back. */
export function hearActivities(
  { log, queue, locale }: Memory,
  activities: readonly Activity[],
): Partial<Memory> {
  const known = new Set(log.map((shown) => shown.id));
  const news = activities
    .filter(({ type, id }) => type === "message" && !(id !== undefined && known.has(id)))
    .map((activity) => readShown(activity, locale));
  const keys = new Set(news.map((shown) => shown.key));
  return { log: [...log, ...news], queue: queue.filter(({ key }) => !keys.has(key)) };
}

function readShown(activity: Activity, locale: Locale): Shown {
  const id = activity.id ?? newKey();
  if (activity.from?.role !== "user") return readReply(activity, id, locale);
  return { id, key: activity.channelData?.clientActivityID ?? id, text: activity.text ?? "" };
}

function readReply(activity: Activity, id: string, locale: Locale): Shown {
  const { text = "", speak, suggestedActions } = activity;
  const naast = activity.channelData?.naast;
  return {
    id,
    text: withoutNotice(text),
    locale: activity.locale ?? locale,
    ...(speak === undefined ? {} : { speak }),
    ...naast,
    ...(suggestedActions === undefined ? {} : { choices: suggestedActions.actions.map(readChoice) }),
  };
}

/** The page says all the time what the bot says at the end of every reply while it is tried out. */
function withoutNotice(text: string): string {
  const notice = `\n\n${t("try-out")}`;
  return settings.tryOut && text.endsWith(notice) ? text.slice(0, -notice.length) : text;
}

function readChoice({ value, channelData }: ActivityChoice): ShownChoice {
  const { choice, ...rest } = channelData ?? {};
  return { label: value, ...(choice === undefined ? {} : { wire: choice }), ...rest };
}
