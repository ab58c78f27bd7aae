import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { templateDefinitions } from "../../channels/whatsapp/templates.ts";
import { type Fault, type MetaStub, picked, type Received, tapped, typed } from "./meta-stub.ts";
import type { Json, Person } from "./meta-webhooks.ts";

const writtenSchema = z.object({
  kind: z.enum([
    ...["text", "button", "row", "template", "voice", "photo", "video", "document", "sticker", "location"],
    ...["contacts", "reaction", "edit", "poll"],
  ] as const),
  text: z.string().max(60_000).optional(),
  id: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  hidden: z.boolean(),
  twice: z.boolean(),
  late: z.boolean(),
  fault: z.string(),
});
type Written = z.infer<typeof writtenSchema>;

/** Serves the page on which a developer chats as a parent. */
export async function serveParentPage(meta: MetaStub, root: string, port: number) {
  const html = readFileSync(join(root, "src/commands/demo-whatsapp/page.html"));
  const server = createServer((request, response) => {
    if (!isLocal(request)) response.writeHead(403).end();
    else if (request.method === "POST" && request.url === "/write") void answerWrite(request, response, meta);
    else if (request.url === "/events") stream(request, response, meta);
    else if (request.url === "/")
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
    else response.writeHead(404).end();
  });
  await new Promise<void>((ready, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", ready);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** Another site in the developer's browser must not chat along: it can reach this port, but not look like this page. */
function isLocal({ headers }: IncomingMessage): boolean {
  const host = headers.host ?? "";
  const isHere = /^(127\.0\.0\.1|localhost):\d+$/.test(host);
  return isHere && (headers.origin === undefined || headers.origin === `http://${host}`);
}

async function answerWrite(
  request: IncomingMessage,
  response: ServerResponse,
  meta: MetaStub,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const written = writtenSchema.safeParse(readJson(Buffer.concat(chunks).toString())).data;
  if (written === undefined) {
    response.writeHead(400).end("{}");
    return;
  }
  const status = await deliver(written, meta);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ status }));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const openly: Person = { phone: "31600000001", userId: "NL.100000000001", name: "A parent" };
const hidden: Person = { userId: "NL.100000000001", name: "A parent" };

let count = 0;

async function deliver(written: Written, meta: MetaStub): Promise<number> {
  const fault = readFault(written.fault);
  if (fault !== undefined) meta.failNext(fault);
  count += 1;
  const now = Math.floor(Date.now() / 1000);
  const message: Json = {
    ...writeMessage(written),
    id: `wamid.DEMO${now}.${count}`,
    timestamp: String(written.late ? now - 3600 : now),
  };
  const person = written.hidden ? hidden : openly;
  const deliveries = written.twice ? [message, message] : [message];
  const statuses = await Promise.all(deliveries.map((one) => meta.write(person, one)));
  return Math.max(...statuses);
}

function writeMessage({ kind, text = "", id = "", title = "", description }: Written): Json {
  const media = { id: "1", mime_type: "application/octet-stream", sha256: "", caption: text };
  switch (kind) {
    case "text":
      return typed(text);
    case "button":
      return tapped(id, title);
    case "row":
      return picked(id, title, description);
    case "template":
      return { type: "button", button: { payload: id, text: title } };
    case "voice":
      return { type: "audio", audio: { ...media, caption: undefined, voice: true } };
    case "photo":
      return { type: "image", image: media };
    case "video":
      return { type: "video", video: media };
    case "document":
      return { type: "document", document: { ...media, filename: "document.pdf" } };
    case "contacts":
      return { type: "contacts", contacts: [{ name: { formatted_name: "Someone" }, phones: [] }] };
    case "reaction":
      return { type: "reaction", reaction: { message_id: "wamid.STUB", emoji: "\u{1F44D}" } };
    case "edit":
      return { type: "edit", edit: { message: { type: "text", text: { body: text } } } };
    case "poll":
      return {
        type: "unsupported",
        errors: [{ code: 131051, title: "Message type unknown" }],
        unsupported: { type: "poll" },
      };
    case "sticker":
      return { type: "sticker", sticker: { ...media, caption: undefined } };
    case "location":
      return { type: "location", location: { latitude: 52.1, longitude: 5.1 } };
  }
}

function readFault(fault: string): Fault | undefined {
  if (fault === "cut") return { kind: "cut", taken: true };
  if (fault === "502") return { kind: "gateway", status: 502 };
  if (fault === "slow") return { kind: "slow", milliseconds: 5_000 };
  if (fault.startsWith("later-")) return { kind: "fail-later", code: Number(fault.slice("later-".length)) };
  return fault === "" ? undefined : { kind: "refuse", code: Number(fault) };
}

/** Tells the page of every message that reached Meta, and of those it refused: from where it last heard of one. */
function stream({ headers }: IncomingMessage, response: ServerResponse, meta: MetaStub): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": open\n\n");
  let told = Number(headers["last-event-id"] ?? 0);
  const tell = () => {
    for (const message of meta.received.slice(told)) {
      told += 1;
      response.write(`id: ${told}\ndata: ${JSON.stringify(show(message))}\n\n`);
    }
  };
  tell();
  response.once("close", meta.onReceived(tell));
}

const shownSchema = z.object({
  text: z.object({ body: z.string() }).optional(),
  interactive: z
    .object({
      body: z.object({ text: z.string() }),
      action: z.object({
        buttons: z.array(z.object({ reply: z.object({ id: z.string(), title: z.string() }) })).default([]),
        sections: z
          .array(
            z.object({
              rows: z.array(
                z.object({ id: z.string(), title: z.string(), description: z.string().optional() }),
              ),
            }),
          )
          .default([]),
      }),
    })
    .optional(),
  template: z
    .object({
      name: z.string(),
      language: z.object({ code: z.string() }),
      components: z.array(z.object({ parameters: z.array(z.object({ payload: z.string() })) })),
    })
    .optional(),
});

function show({ payload, wireId, fault }: Received) {
  const { text, interactive, template } = shownSchema.parse(payload);
  const knock = template && showTemplate(template);
  return {
    payload,
    fault: wireId === undefined || fault?.kind === "fail-later" ? fault?.kind : undefined,
    text: text?.body ?? interactive?.body.text ?? knock?.text ?? "",
    choices: [
      ...(interactive?.action.buttons ?? []).map(({ reply }) => ({ kind: "button", ...reply })),
      ...(interactive?.action.sections ?? []).flatMap(({ rows }) =>
        rows.map((row) => ({ kind: "row", ...row })),
      ),
      ...(knock === undefined ? [] : [{ kind: "template", id: knock.id, title: knock.button }]),
    ],
  };
}

const definitionSchema = z.object({
  name: z.string(),
  language: z.string(),
  components: z.tuple([
    z.object({ text: z.string() }),
    z.object({ buttons: z.tuple([z.object({ text: z.string() })]) }),
  ]),
});
const definitions = z.array(definitionSchema).parse(templateDefinitions());

/** What Meta makes of a template: the words that it approved under that name. */
function showTemplate({ name, language, components }: NonNullable<z.infer<typeof shownSchema>["template"]>) {
  const approved = definitions.find((one) => one.name === name && one.language === language.code);
  const [body, { buttons } = { buttons: [] }] = approved?.components ?? [];
  return {
    text: body?.text ?? `[template ${name}]`,
    button: buttons[0]?.text ?? "",
    id: components[0]?.parameters[0]?.payload ?? "",
  };
}
