import type { BringBack } from "../../conversation/bring-back.ts";
import type { Transit } from "../../conversation/transit.ts";
import type { Outgoing, Send, SendOutcome } from "../../conversation/turn-log.ts";
import type { Clock, Log } from "../../terms.ts";
import type { ChannelCount } from "../channel-count.ts";
import type { Exchange } from "../exchange.ts";
import { sentParts } from "../sent-parts.ts";
import { type Address, readAddress } from "./address.ts";
import type { WhatsAppConfig } from "./config.ts";
import { graphPost, type Post } from "./graph.ts";
import { writeOpaque } from "./opaque.ts";
import { judge, type Verdict } from "./send-outcome.ts";
import { writeTemplate } from "./templates.ts";
import { type Payload, wrapLast, writeEnvelope, writeMessage } from "./write-message.ts";

export interface SendWorld {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly metrics: ChannelCount;
  readonly log: Log;
  /** Keeps what is on its way until Meta tells what became of it. */
  readonly transit: Pick<Transit, "keep" | "drop">;
  /** Sees to what did not get there. */
  readonly bringBack: BringBack;
}

/** Meta's 24 hours, less what a message needs to get there. */
const windowMilliseconds = 24 * 3600_000 - 2 * 60_000;

/**
 * Makes the way out over WhatsApp.
 *
 * A reply of several messages that stops half-way goes on where it stopped when it is tried again by the same
 * process. When the 24 hours are over its words are handed back, to wait for the parent behind a knock: a reply that
 * is nothing but a fixed message.
 *
 * @throws {KnownError} `config.invalid` when the access token would leave by an unsafe road.
 */
export function whatsAppSend(config: WhatsAppConfig, world: SendWorld): Send {
  const post = graphPost(config, world.exchange);
  const sent = sentParts();

  return async (outgoing) => {
    const address = readAddress(outgoing.address);
    if (address === undefined) return report({ kind: "dropped", code: "no-address" }, world);
    const kept = keep(outgoing);
    const { outcome, alarm } = await sendOrJudge(outgoing, address);
    await kept;
    const isRefused = outcome.kind === "knock" || outcome.kind === "dropped";
    const settled = isRefused ? await handBack(outgoing, outcome) : outcome;
    sent.settle(outgoing.key, settled);
    if (alarm) raiseAlarm(settled, world);
    markRead(address, settled, post);
    return report(settled, world);
  };

  function sendOrJudge(outgoing: Outgoing, address: Address): Promise<Verdict> | Verdict {
    if (outgoing.reply.knock !== undefined) return knock(outgoing, address);
    if (!isOpen(outgoing, world.clock())) return { outcome: { kind: "knock" }, alarm: false };
    return sendParts(outgoing, address);
  }

  /** Beside the sending, not before it: a card does not wait for a store that is away. */
  async function keep(outgoing: Outgoing): Promise<void> {
    await world.transit.keep(outgoing).catch(() => world.metrics.count("transit", "not-kept"));
  }

  /** What Meta will not take any more is somebody else's from here on, and so is done with; or it is tried again. */
  async function handBack(
    outgoing: Outgoing,
    outcome: Extract<Verdict["outcome"], { kind: "knock" | "dropped" }>,
  ): Promise<SendOutcome> {
    const isKnock = outgoing.reply.knock !== undefined;
    try {
      await world.bringBack(outgoing, outcome.kind === "knock" ? "closed" : "never");
      await world.transit.drop(outgoing.person, outgoing.key);
    } catch {
      return { kind: "retry", code: "storage.unavailable", afterMilliseconds: 1_000 };
    }
    if (outcome.kind === "dropped") return outcome;
    return isKnock ? { kind: "dropped", code: "131047" } : { kind: "sent" };
  }

  async function sendParts(outgoing: Outgoing, address: Address): Promise<Verdict> {
    const envelope = writeEnvelope(address, writeOpaque(outgoing));
    const parts = writeMessage(outgoing.reply, envelope).slice(sent.of(outgoing.key));
    let verdict: Verdict = { outcome: { kind: "sent" }, alarm: false };
    for (const part of parts) {
      verdict = await sendOne(outgoing, part);
      if (verdict.outcome.kind !== "sent") break;
      sent.note(outgoing.key);
    }
    return verdict;
  }

  function knock(outgoing: Outgoing, address: Address): Promise<Verdict> {
    const envelope = writeEnvelope(address, writeOpaque(outgoing));
    return sendOne(outgoing, wrapLast(writeTemplate(outgoing.reply), envelope));
  }

  async function sendOne(outgoing: Outgoing, payload: Payload): Promise<Verdict> {
    return judge(await post(payload), outgoing.attempts);
  }
}

function isOpen({ lastInboundAt }: Outgoing, now: number): boolean {
  return now - lastInboundAt < windowMilliseconds;
}

/**
 * Shows the parent that their message was read once it is answered, and that an answer is coming when Meta
 * made it wait. Nobody waits for it, and nothing depends on it.
 */
function markRead({ message }: Address, outcome: SendOutcome, post: Post): void {
  const waits = outcome.kind === "retry" && outcome.code === "131056";
  if (message === undefined || (outcome.kind !== "sent" && !waits)) return;
  const typing = waits ? { typing_indicator: { type: "text" } } : {};
  void post({ messaging_product: "whatsapp", status: "read", message_id: message, ...typing }, 3_000);
}

function report(outcome: SendOutcome, { metrics }: SendWorld): SendOutcome {
  metrics.count("send", "code" in outcome ? `${outcome.kind}-${outcome.code}` : outcome.kind);
  return outcome;
}

function raiseAlarm(outcome: SendOutcome, { log }: SendWorld): void {
  const code = "code" in outcome ? outcome.code : outcome.kind;
  log.error({ channel: "whatsapp", kind: outcome.kind, code }, "Meta refuses what we send");
}
