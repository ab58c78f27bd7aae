import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Inbound } from "../../../src/conversation/inbound.ts";
import type { PersonId } from "../../../src/terms.ts";
import { checkWebhook } from "../../whatsapp-spec/conformance.mjs";
import { config, deliver, openDoor, personOf } from "./support/door.ts";

const root = join(__dirname, "../..");
const recorded = read(join(root, "recorded"));
const samples = read(join(root, "whatsapp-spec/samples"));

function read(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return new Map(files.map((file) => [file.replace(".json", ""), readFileSync(join(folder, file), "utf8")]));
}

/** The door, at the minute after the newest message of a body, for the number that the body is for. */
async function openDoorFor(body: string) {
  const newest = Math.max(0, ...[...body.matchAll(/"timestamp": "(\d+)"/g)].map(([, time]) => Number(time)));
  const phoneNumberId = /"phone_number_id": "(\d+)"/.exec(body)?.[1] ?? config.phoneNumberId;
  return openDoor({ config: { ...config, phoneNumberId }, clock: () => newest * 1000 + 60_000 });
}

async function replay(body: string) {
  const door = await openDoorFor(body);
  const answer = await deliver(door.url, body);
  await door.close();
  return { ...door, status: answer.status };
}

const shape = ({ kind, medium, tapped, words }: Inbound) => [
  kind,
  medium ?? null,
  tapped ?? null,
  words.reveal(),
];

/** What becomes of each body: the messages that go on, as kind, medium, tapped choice and words. */
const expected: Readonly<Record<string, readonly unknown[]>> = {
  "01_text": [["message", null, null, "Does it come in another color?"]],
  "03_text_product_context": [["message", null, null, "Is this still available?"]],
  "04_interactive_button_reply": [["message", null, null, "Cancel"]],
  "05_interactive_list_reply": [["message", null, null, "Priority Mail Express"]],
  "06_button_template_quick_reply": [["message", null, null, "Unsubscribe"]],
  "07_audio_voice": [["medium", "voice", null, ""]],
  "08_image_caption": [["medium", "image", null, "Taj Mahal"]],
  "10_document": [["medium", "document", null, "my receipt"]],
  "11_sticker": [["medium", "sticker", null, ""]],
  "12_location": [["medium", "location", null, ""]],
  "13_contacts": [["medium", "contact", null, ""]],
  "14_reaction": [["medium", "reaction", null, ""]],
  "17_system_user_changed_number": [],
  "18_unsupported_with_subtype": [["medium", "other", null, ""]],
  "22_value_errors": [],
  "23_status_sent": [],
  "25_status_failed_131049": [],
  "26_status_delivered": [],
  "33_status_played": [],
  "34_status_with_biz_opaque_callback_data": [],
  "35_status_read": [],
  "37_interactive_nfm_reply_flow": [["medium", "other", null, ""]],
  "44_text_reply_context": [["message", null, null, "replied text"]],

  "bsuid-without-phone": [["message", null, null, "Hallo"]],
  "bsuid-with-empty-phone": [["message", null, null, "Hallo"]],
  "phone-with-empty-bsuid": [["message", null, null, "Hallo"]],
  "text-with-referral": [["message", null, null, "Hallo"]],
  "text-forwarded": [["message", null, null, "Mijn kind slaapt niet"]],
  "text-in-group": [],
  "button-reply-of-ours": [["message", null, "12.no_sleep", "Slaapt niet"]],
  "list-reply-of-ours": [["message", null, "3.nurse", "Ik wil graag iemand spreken"]],
  "template-button-of-ours": [["message", null, "7.read", "Lees het bericht"]],
  "interactive-without-body": [["medium", "other", null, ""]],
  "call-permission-reply": [["medium", "other", null, ""]],
  "audio-not-voice": [["medium", "voice", null, ""]],
  "video-with-caption": [["medium", "video", null, "ademt raar"]],
  location: [["medium", "location", null, ""]],
  contacts: [["medium", "contact", null, ""]],
  order: [["medium", "other", null, ""]],
  "reaction-removed": [],
  "reaction-removed-empty": [],
  "unsupported-poll": [["medium", "other", null, ""]],
  edit: [["medium", "edited", null, "mijn baby ademt niet goed"]],
  revoke: [],
  "request-welcome": [["opened", null, null, ""]],
  "future-type": [["medium", "other", null, ""]],
  "user-changed-number": [],
  "user-changed-id": [],
  "account-update": [],
  "template-status": [],
  "user-preferences": [],
  "other-object": [],
  "no-entry": [],
  "two-people-and-a-status": [
    ["message", null, null, "een"],
    ["message", null, null, "twee"],
  ],
};

const all = new Map([...samples, ...recorded]);

test("every recorded body has its line here", () => {
  expect([...all.keys()].sort()).toEqual(Object.keys(expected).sort());
});

test.each([...all])("%s is acknowledged and read as it should be", async (name, body) => {
  const { status, inbounds } = await replay(body);
  expect(status).toBe(200);
  expect(inbounds().map(shape)).toEqual(expected[name]);
});

test.each([...all])("%s is acknowledged by a clock on which it is years old", async (_, body) => {
  const door = await openDoor();
  expect((await deliver(door.url, body)).status).toBe(200);
  await door.close();
});

/** Types and objects of the future are no part of the schema, by their nature. */
const beyondSchema = [
  "future-type",
  "other-object",
  "interactive-without-body",
  "request-welcome",
  "edit",
  "revoke",
];

test.each([...all].filter(([name]) => !beyondSchema.includes(name)))(
  "%s conforms to Meta's schema",
  (_, body) => {
    expect(checkWebhook(JSON.parse(body))).toEqual([]);
  },
);

test("nothing but words and the address of the sender comes through the door", async () => {
  for (const [, body] of recorded) {
    const { inbounds } = await replay(body);
    const seen = inbounds().map((one) => [JSON.stringify(one), one.words.reveal(), one.address.reveal()]);
    expect(JSON.stringify(seen)).not.toMatch(/canary|1003383421387256|lookaside/i);
    expect(
      inbounds()
        .map((one) => JSON.stringify(one))
        .join(),
    ).not.toMatch(/31612345678|100200300/);
  }
});

test("a person is the same with and without their number", async () => {
  const persons = new Set<string>();
  for (const name of ["bsuid-without-phone", "bsuid-with-empty-phone", "text-forwarded"])
    for (const { person } of (await replay(recorded.get(name) ?? "")).inbounds()) persons.add(person);
  expect([...persons]).toEqual([personOf("NL.100200300")]);
});

test("a status that names only Meta's id settles its message", async () => {
  const { arrived } = await replay(recorded.get("two-people-and-a-status") ?? "");
  expect(arrived).toEqual(["person-9 key-9"]);
});

describe("a person who changes", () => {
  test.each([
    ["user-changed-number", "31612345678", "31687654321"],
    ["user-changed-id", "NL.100200300", "NL.999"],
  ])("%s goes on under the new name", async (name, from, to) => {
    const renames: unknown[][] = [];
    const body = recorded.get(name) ?? "";
    const aliases = {
      findPersons: async (who: PersonId, times: readonly number[]) => times.map(() => who),
      rename: async (...names: unknown[]) => {
        renames.push(names);
      },
    };
    const door = await openDoor({ clock: () => 1_795_000_060_000, aliases });
    expect((await deliver(door.url, body)).status).toBe(200);
    await door.close();
    expect(renames).toEqual([
      [personOf(from), personOf(to), { id: expect.stringMatching(/^wamid/), at: expect.any(Number) }],
    ]);
  });
});
