/**
 * `npm run chat [-- --locale pl-simple]`: a conversation in the terminal, with everything real but the channel.
 *
 * Nothing is stored and no nurse is called; what would go to the nurses is shown instead.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { Conversation } from "../conversation/conversation.ts";
import type { Inbound, Reply } from "../conversation/inbound.ts";
import { takeTurn } from "../conversation/take-turn.ts";
import type { Commit } from "../conversation/turn-log.ts";
import { loadContent } from "../http/load-content.ts";
import { composeScript, loadOrganisation } from "../http/load-script.ts";
import { loadUnderstanding } from "../http/load-understanding.ts";
import { projectRoot } from "../http/project-root.ts";
import { readLocale } from "../language/locale.ts";
import { Private } from "../privacy/private.ts";
import type { CallbackId, PersonId } from "../terms.ts";

const { values } = parseArgs({ options: { locale: { type: "string" } } });
const root = projectRoot();
const script = composeScript(root, loadContent(root), loadUnderstanding(root), {
  organisation: loadOrganisation(root, undefined, false),
  whatsAppHealthText: "route",
  pageUrl: "http://127.0.0.1:3978/",
  callbackId: (person, id) =>
    createHash("sha256").update(`${person}/${id}`).digest("hex").slice(0, 32) as CallbackId,
});

let conversation: Conversation | undefined;
let count = 0;

function take(words: string, kind: Inbound["kind"]): Commit {
  count += 1;
  const locale = readLocale(values.locale);
  const inbound: Inbound = {
    id: `m${count}`,
    person: "terminal" as PersonId,
    channel: "directline",
    kind,
    words: new Private(words),
    ...(locale === undefined ? {} : { locale }),
    sentAt: Date.now(),
    address: new Private(""),
  };
  const claim = { person: inbound.person, token: "1", inbound, attempts: 1, conversation };
  return takeTurn(claim, script, { now: Date.now(), load: { ahead: 0, open: 0 } });
}

function show(reply: Reply | undefined): string {
  if (reply === undefined) return "";
  const card = reply.card === null ? "" : `  *** ${reply.card} ***\n`;
  const bubbles = reply.bubbles.map(({ text }) => `  ${text.replaceAll("\n", "\n  ")}\n`).join("\n");
  const choices = reply.choices.map(({ label }, at) => `  ${at + 1}. ${label}\n`).join("");
  return `\n${card}${bubbles}\n${choices}\n`;
}

function answer(commit: Commit): void {
  conversation = commit.conversation;
  process.stdout.write(show(commit.reply));
  if (commit.intent !== undefined) process.stdout.write(`  -> ${JSON.stringify(commit.intent)}\n\n`);
}

answer(take("", "opened"));
const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: "> " });
lines.prompt();
lines.on("line", (line) => {
  answer(take(line, "message"));
  lines.prompt();
});
