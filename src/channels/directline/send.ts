import type { ChatLog } from "../../conversation/chat-log.ts";
import type { Outgoing, Send, SendOutcome } from "../../conversation/turn-log.ts";
import { KnownError } from "../../errors.ts";
import type { Clock } from "../../terms.ts";
import { readAddress } from "./address.ts";
import { activityId, entryLifetimes, replyEntries, writeReply } from "./write-activities.ts";

const promptMilliseconds = 10 * 60 * 1000;

/**
 * Sends by appending to the log of the chat, under the key of the reply, so that a second try adds nothing.
 *
 * From then on the streams carry it. Once the reply stands, the words it answers are let go.
 */
export function chatSend(chatLog: ChatLog, clock: Clock): Send {
  return async (outgoing) => {
    try {
      return await append(chatLog, outgoing, clock());
    } catch (failure) {
      if (failure instanceof KnownError && failure.retryable) {
        return { kind: "retry", afterMilliseconds: 1000, code: failure.code };
      }
      throw failure;
    }
  };
}

async function append(chatLog: ChatLog, outgoing: Outgoing, now: number): Promise<SendOutcome> {
  const { conversation, answers } = readAddress(outgoing.address);
  const prompt = now - outgoing.lastInboundAt < promptMilliseconds;
  const lifetime = prompt ? entryLifetimes.promptReply : entryLifetimes.lateReply;
  const answered = await chatLog.find(outgoing.person, answers);
  const replyToId = answered === undefined ? undefined : activityId(conversation, answered);
  const entries = replyEntries(writeReply(outgoing.reply, replyToId), lifetime);

  const numbers = await chatLog.append(outgoing.person, `reply:${outgoing.key}`, entries);
  if (numbers === undefined) return { kind: "dropped", code: "channel.not-found" };
  await chatLog.fade(outgoing.person, answers, entryLifetimes.answered);
  const last = numbers.at(-1);
  return last === undefined ? { kind: "sent" } : { kind: "sent", wireId: activityId(conversation, last) };
}
