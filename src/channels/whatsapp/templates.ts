import type { Knock, Reply } from "../../conversation/inbound.ts";
import { type Language, type Locale, languages } from "../../terms.ts";
import type { Payload } from "./write-message.ts";

/**
 * The messages that may be sent more than a day after a parent last wrote: knocks.
 *
 * None says what it is about, for it shows on locked screens. Meta has to approve each in each language before
 * use; {@link templateDefinitions} is what to submit.
 */
const templates: Readonly<Record<Knock, Template>> = {
  ready: {
    name: "naast_message_ready",
    choice: "read",
    texts: {
      nl: {
        body: "Er staat een bericht voor je klaar. Tik op de knop om het te lezen.",
        button: "Lees het bericht",
      },
      en: { body: "There is a message for you. Tap the button to read it.", button: "Read the message" },
      pl: {
        body: "Czeka na ciebie wiadomość. Naciśnij przycisk, aby ją przeczytać.",
        button: "Czytaj wiadomość",
      },
      tr: { body: "Size bir mesaj var. Okumak için düğmeye dokunun.", button: "Mesajı oku" },
    },
  },
  tried: {
    name: "naast_call_tried",
    choice: "callback",
    texts: {
      nl: {
        body: "We hebben geprobeerd je te bellen. We proberen het nog een keer. Tik op de knop om je verzoek te zien.",
        button: "Bekijk mijn verzoek",
      },
      en: {
        body: "We tried to call you. We will try again. Tap the button to see your request.",
        button: "See my request",
      },
      pl: {
        body: "Próbowaliśmy zadzwonić. Spróbujemy jeszcze raz. Naciśnij przycisk, aby zobaczyć swoją prośbę.",
        button: "Pokaż moją prośbę",
      },
      tr: {
        body: "Sizi aramayı denedik. Yeniden deneyeceğiz. İsteğinizi görmek için düğmeye dokunun.",
        button: "İsteğimi göster",
      },
    },
  },
  "still-wanted": {
    name: "naast_call_still_wanted",
    choice: "callback",
    texts: {
      nl: {
        body: "We kregen je niet te pakken. Wil je nog dat we bellen? Tik op de knop en laat het ons weten.",
        button: "Kies wat je wilt",
      },
      en: {
        body: "We could not reach you. Do you still want us to call? Tap the button and let us know.",
        button: "Choose what you want",
      },
      pl: {
        body: "Nie udało nam się dodzwonić. Czy nadal mamy zadzwonić? Naciśnij przycisk i daj nam znać.",
        button: "Wybierz",
      },
      tr: {
        body: "Size ulaşamadık. Hâlâ aramamızı istiyor musunuz? Düğmeye dokunup bize bildirin.",
        button: "Seçiminizi yapın",
      },
    },
  },
};

interface Template {
  readonly name: string;
  /** The choice that a tap on its only button brings back. */
  readonly choice: "read" | "callback";
  readonly texts: Readonly<Record<Language, { readonly body: string; readonly button: string }>>;
}

export function writeTemplate({
  locale,
  turn,
  knock = "ready",
}: Pick<Reply, "locale" | "turn" | "knock">): Payload {
  const { name, choice } = templates[knock];
  return {
    type: "template",
    template: {
      name,
      language: { policy: "deterministic", code: languageOf(locale) },
      components: [
        {
          type: "button",
          sub_type: "quick_reply",
          index: "0",
          parameters: [{ type: "payload", payload: `${turn}.${choice}` }],
        },
      ],
    },
  };
}

/** What a knock says, so that a nurse can read it before it is sent. */
export function knockText(knock: Knock, language: Language): string {
  return templates[knock].texts[language].body;
}

/**
 * What to submit to Meta, one for each knock and language: `POST /{WhatsApp business account}/message_templates`.
 *
 * After twelve hours undelivered it is given up: a knock that arrives days later leads nowhere.
 */
export function templateDefinitions(): readonly Payload[] {
  return Object.values(templates).flatMap(({ name, texts }) =>
    languages.map((language) => ({
      name,
      language,
      category: "UTILITY",
      message_send_ttl_seconds: 12 * 3600,
      components: [
        { type: "BODY", text: texts[language].body },
        { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: texts[language].button }] },
      ],
    })),
  );
}

function languageOf(locale: Locale): string {
  return locale.slice(0, 2);
}
