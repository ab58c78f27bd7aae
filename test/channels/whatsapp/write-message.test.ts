import fc from "fast-check";
import { clipText, splitText } from "../../../src/channels/whatsapp/fit-text.ts";
import { writePlain } from "../../../src/channels/whatsapp/plain-text.ts";
import { writeMessage } from "../../../src/channels/whatsapp/write-message.ts";
import type { Choice, Reply } from "../../../src/conversation/inbound.ts";
import { checkOutbound } from "../../whatsapp-spec/conformance.mjs";

const envelope = { to: "+31612345678", opaque: "key~person~nl~3" };

const reply = (texts: readonly string[], labels: readonly (string | Choice)[] = []): Reply => ({
  bubbles: texts.map((text) => ({ text })),
  choices: labels.map((label, at) => (typeof label === "string" ? { id: `c${at}`, label } : label)),
  listLabel: "Kies hier",
  locale: "nl",
  turn: 3,
  dialog: "sleep",
  node: "first",
  card: null,
});

// biome-ignore lint/suspicious/noExplicitAny: payloads are looked into freely here
type Any = any;
const write = (...parts: Parameters<typeof reply>) => writeMessage(reply(...parts), envelope) as Any[];

describe("one bubble", () => {
  test("holds all of a reply, parted by blank lines", () => {
    const [payload, ...more] = write(["Hallo.", "Waar gaat het over?"]);
    expect(more).toEqual([]);
    expect(payload).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+31612345678",
      type: "text",
      text: { body: "Hallo.\n\nWaar gaat het over?", preview_url: false },
      biz_opaque_callback_data: "key~person~nl~3",
    });
  });

  test("goes to the id of whoever hides their number", () => {
    const [payload] = writeMessage(reply(["a"]), { recipient: "NL.12345", opaque: "o" }) as Any[];
    expect(payload).toMatchObject({ recipient: "NL.12345" });
    expect(payload.to).toBeUndefined();
    expect(checkOutbound(payload)).toEqual([]);
  });
});

describe("choices", () => {
  test("up to three short ones are buttons, whose ids carry the turn", () => {
    const [payload] = write(["Ja of nee?"], ["Ja", "Nee", "Weet ik niet"]);
    expect(payload.interactive.type).toBe("button");
    expect(payload.interactive.action.buttons.map((one: Any) => one.reply)).toEqual([
      { id: "3.c0", title: "Ja" },
      { id: "3.c1", title: "Nee" },
      { id: "3.c2", title: "Weet ik niet" },
    ]);
  });

  test.each([
    ["four", ["a", "b", "c", "d"]],
    ["one of 21 units", ["a".repeat(21)]],
    ["one of twenty letters that are more units", [`${"a".repeat(19)}👶`]],
  ])("%s become a list", (_, labels) => {
    const [payload, ...more] = write(["Kies."], labels);
    expect([payload.interactive.type, more.length]).toEqual(["list", 0]);
    expect(payload.interactive.action.button).toBe("Kies hier");
  });

  test("two that read alike are numbered, so that they can be told apart", () => {
    const [payload] = write(["Kies."], ["Ja", "Ja"]);
    expect(payload.text.body).toBe("Kies.\n\n1. Ja\n2. Ja");
  });

  test("a long label is repeated whole beneath its row", () => {
    const label = "Ik wil graag met de jeugdverpleegkundige praten";
    const [payload] = write(["Kies."], [label, "Nee", "b", "c"]);
    const [row, short] = payload.interactive.action.sections[0].rows;
    expect(row.description).toBe(label);
    expect(row.title).toMatch(/…$/);
    expect(short).toEqual({ id: "3.c1", title: "Nee" });
  });

  test("a description stands beneath its row where the label leaves room", () => {
    const [payload] = write(
      ["Kies."],
      [{ id: "a", label: "Inbakeren", description: "Rust, ook zonder doek" }, "b", "c", "d"],
    );
    expect(payload.interactive.action.sections[0].rows[0]).toEqual({
      id: "3.a",
      title: "Inbakeren",
      description: "Rust, ook zonder doek",
    });
  });

  test.each([
    ["eleven", Array.from({ length: 11 }, (_, at) => `Keuze ${at}`)],
    ["one over 72 units", ["a".repeat(73), "b"]],
  ])("%s are numbered in the text", (_, labels) => {
    const [payload] = write(["Kies."], labels);
    expect(payload.text.body).toBe(`Kies.\n\n${labels.map((label, at) => `${at + 1}. ${label}`).join("\n")}`);
  });

  test("a text too long for buttons takes a list rather than a second message", () => {
    const payloads = write(["a".repeat(1025)], ["Ja", "Nee"]);
    expect(payloads.map((one) => one.interactive?.type)).toEqual(["list"]);
  });
});

describe("a text over 4096 units", () => {
  const paragraphs = Array.from({ length: 60 }, (_, at) => `Alinea ${at}. ${"woord ".repeat(15)}einde.`);

  test("is parted between paragraphs, the choices with the last part, the key with the last message", () => {
    const payloads = write([paragraphs.join("\n\n")], ["Ja", "Nee"]);
    expect(payloads.length).toBe(2);
    expect(payloads[0].text.body).toMatch(/einde\.$/);
    const last = payloads[1].interactive;
    expect(`${payloads[0].text.body}\n\n${last.body.text}`).toBe(paragraphs.join("\n\n"));
    expect(payloads.map((one) => one.biz_opaque_callback_data)).toEqual([undefined, envelope.opaque]);
  });
});

describe("marks that WhatsApp would read", () => {
  test.each([
    ["one alone", "~38,5 graden", "~38,5 graden"],
    ["a pair", "van ~38 tot ~39", "van ∼38 tot ∼39"],
    ["stars", "let op * dit * hier", "let op ∗ dit ∗ hier"],
    ["a pair in an address", "https://x.nl/a_b_c", "https://x.nl/a_b_c"],
    ["pairs beside an address", "_a_ https://x.nl/a_b_c _b_", "ˍaˍ https://x.nl/a_b_c ˍbˍ"],
    ["a pair over two lines", "~38\n~39", "~38\n~39"],
    ["a quote", "> 38 graden", "› 38 graden"],
  ])("%s", (_, text, written) => {
    expect(writePlain(text)).toBe(written);
    expect(writePlain(text)).toHaveLength(text.length);
  });
});

describe("for any reply at all", () => {
  const family = "👨‍👩‍👧‍👦";
  const strange = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.constantFrom(family, family.repeat(8), "é".repeat(30), " ", "\n\n", "*_~`", "İıŞğ", "ź", ""),
  );
  const label = fc.oneof(strange, fc.string({ minLength: 15, maxLength: 90 }));
  const bubble = fc.oneof(
    strange,
    fc.array(strange, { maxLength: 40 }).map((parts) => parts.join(" ")),
    fc
      .array(fc.string({ minLength: 200, maxLength: 400 }), { maxLength: 30 })
      .map((parts) => parts.join("\n\n")),
    fc.constantFrom(family.repeat(900), "a".repeat(9000)),
  );
  const replies = fc.record({
    bubbles: fc.array(
      bubble.map((text) => ({ text })),
      { minLength: 1, maxLength: 4 },
    ),
    choices: fc
      .array(fc.record({ label, description: fc.option(label, { nil: "" }) }), { maxLength: 13 })
      .map((list) => list.map((one, at) => ({ id: `c-${at}`, ...one }))),
    listLabel: label,
  });

  test("every message conforms to Meta's schema, and nothing that was to be said is missing", () => {
    fc.assert(
      fc.property(replies, (parts) => {
        const whole: Reply = { ...reply([]), ...parts };
        const payloads = writeMessage(whole, envelope) as Any[];
        for (const payload of payloads) expect(checkOutbound(payload)).toEqual([]);
        const said = payloads.map((one) => one.text?.body ?? one.interactive.body.text).join("");
        const meant = whole.bubbles.map((one) => writePlain(one.text)).join("");
        const letters = (text: string) => text.replace(/\s/g, "");
        expect(letters(said)).toContain(letters(meant));
      }),
      { numRuns: 400 },
    );
  });

  test("a label is never cut through a character", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(family, "é", "a"), { minLength: 1 }), (parts) => {
        const clipped = clipText(parts.join(""), 20);
        expect(clipped.length).toBeLessThanOrEqual(20);
        expect(clipped.replace(/…$/, "").replaceAll(family, "").replaceAll("é", "").replaceAll("a", "")).toBe(
          "",
        );
      }),
    );
  });

  test("pieces of a text are never longer than allowed and give the text back", () => {
    fc.assert(
      fc.property(bubble, fc.integer({ min: 30, max: 200 }), (text, limit) => {
        const pieces = splitText(text, limit);
        expect(pieces.every((piece) => piece.length <= limit && piece.length > 0)).toBe(true);
        expect(pieces.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
      }),
    );
  });
});
