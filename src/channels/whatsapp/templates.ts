import type { Reply } from "../../conversation/inbound.ts";
import { type Language, type Locale, languages } from "../../terms.ts";
import type { Payload } from "./write-message.ts";

/**
 * The one message that may be sent more than a day after a parent last wrote: a knock.
 *
 * It says that something is ready and nothing of what it is about, for it shows on locked screens. Meta has to
 * approve it in each language before use; {@link templateDefinitions} is what to submit.
 */
const templateName = "naast_message_ready";

const texts: Readonly<Record<Language, { readonly body: string; readonly button: string }>> = {
  nl: {
    body: "Er staat een bericht voor je klaar. Tik op de knop om het te lezen.",
    button: "Lees het bericht",
  },
  en: { body: "There is a message for you. Tap the button to read it.", button: "Read the message" },
  pl: {
    body: "Czeka na Ciebie wiadomość. Naciśnij przycisk, aby ją przeczytać.",
    button: "Czytaj wiadomość",
  },
  tr: { body: "Size bir mesaj var. Okumak için düğmeye dokunun.", button: "Mesajı oku" },
};

/** The choice that a tap on the knock's button brings back, in the turn that the message belonged to. */
const readChoice = "read";

export function writeTemplate({ locale, turn }: Pick<Reply, "locale" | "turn">): Payload {
  return {
    type: "template",
    template: {
      name: templateName,
      language: { policy: "deterministic", code: languageOf(locale) },
      components: [
        {
          type: "button",
          sub_type: "quick_reply",
          index: "0",
          parameters: [{ type: "payload", payload: `${turn}.${readChoice}` }],
        },
      ],
    },
  };
}

/**
 * What to submit to Meta, one for each language: `POST /{WhatsApp business account}/message_templates`.
 *
 * After twelve hours undelivered it is given up: a knock that arrives days later leads nowhere.
 */
export function templateDefinitions(): readonly Payload[] {
  return languages.map((language) => ({
    name: templateName,
    language,
    category: "UTILITY",
    message_send_ttl_seconds: 12 * 3600,
    components: [
      { type: "BODY", text: texts[language].body },
      { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: texts[language].button }] },
    ],
  }));
}

function languageOf(locale: Locale): string {
  return locale.slice(0, 2);
}
