import { randomUUID } from "node:crypto";
import { KnownError } from "../errors.ts";
import type { Callback } from "../escalation/callback.ts";
import type { Hold } from "../escalation/callback-queue.ts";
import { writePhone } from "../escalation/read-phone.ts";
import type { CallbackId } from "../terms.ts";
import { fixedMessages } from "./fixed-messages.ts";
import { flagBulkReading } from "./flag-bulk-reading.ts";
import { mayAskLater, tellFixed, tellFromNurse, tellOutcome, tellTried, windowEnd } from "./parent.ts";
import { type ApiRoute, type Call, route } from "./route.ts";
import * as shape from "./schemas.ts";
import { pathBefore, showDetail, showSummary } from "./show-callback.ts";
import type { ConsoleWorld } from "./world.ts";

/** Everything a nurse does with callbacks. */
export const callbackRoutes: readonly ApiRoute[] = [
  route({
    action: "list-callbacks",
    method: "get",
    path: "/callbacks",
    summary: "Lists callbacks of the nurse's regions, the most urgent first, with the least that is needed",
    input: shape.listQuery,
    answer: shape.listAnswer,
    failures: [],
    shown: ({ callbacks }) => ({ count: callbacks.length }),
    async run({ world, actor, input }) {
      const now = world.clock();
      const callbacks = await world.queue.list({
        regions: actor.regions,
        part: input.part,
        limit: input.limit,
      });
      return { now, callbacks: callbacks.map((callback) => showSummary(callback, actor, now)) };
    },
  }),
  route({
    action: "claim-next",
    method: "post",
    path: "/callbacks/next",
    summary:
      "Claims the callback that fits the nurse best: her own parents first, then the order of the line",
    input: shape.nextBody,
    answer: shape.nextAnswer,
    failures: [],
    async run({ world, actor, input }) {
      const wish = input.languages === undefined ? {} : { languages: input.languages };
      const held = await world.queue.claim(actor, wish);
      return held === undefined ? null : showHold(held.callback, held.hold);
    },
  }),
  route({
    action: "open-callback",
    method: "post",
    path: "/callbacks/{id}/open",
    summary: "Shows the details of a callback; the reason is kept in the access record",
    input: shape.openBody,
    answer: shape.detailSchema,
    failures: [404],
    purpose: ({ reason }) => reason,
    async run({ world, actor, input, callback, request }) {
      const found = present(callback);
      await flagBulkReading(world, actor, found.id, request);
      const [way, kept, others] = await Promise.all([
        world.parent.wayBack(found.request.person),
        world.notes.of(found.id),
        world.queue.findOf(found.request.person),
      ]);
      const transcript = world.transcript(pathBefore(found.request.path), input.language);
      const fixed = fixedMessages(found, way, input.language, world.parent);
      return showDetail(found, { actor, now: world.clock(), way, kept, others, transcript, fixed });
    },
  }),
  route({
    action: "claim-callback",
    method: "post",
    path: "/callbacks/{id}/claim",
    summary: "Takes a callback for as long as the lease runs; whoever holds it already gets her token again",
    input: shape.nothing,
    answer: shape.holdAnswer,
    failures: [404, 409],
    async run({ world, actor, callback }) {
      const held = await world.queue
        .claim(actor, { id: present(callback).id })
        .catch(nameHolder(world, callback));
      if (held === undefined) throw new KnownError("escalation.not-found", "no such callback");
      return showHold(held.callback, held.hold);
    },
  }),
  route({
    action: "renew-callback",
    method: "post",
    path: "/callbacks/{id}/renew",
    summary: "Lengthens the lease",
    input: shape.tokenBody,
    answer: shape.renewAnswer,
    failures: [404, 409],
    run: async (call) => ({ until: await call.world.queue.renew(holdOf(call)) }),
  }),
  route({
    action: "release-callback",
    method: "post",
    path: "/callbacks/{id}/release",
    summary: "Puts a callback back in line",
    input: shape.releaseBody,
    answer: shape.done,
    failures: [404, 409],
    async run(call) {
      await call.world.queue.release(holdOf(call), call.input.notBefore);
      return finished;
    },
  }),
  route({
    action: "hand-over-callback",
    method: "post",
    path: "/callbacks/{id}/hand-over",
    summary: "Gives the callback to a colleague who is signed in and works for its region",
    input: shape.handOverBody,
    answer: shape.done,
    failures: [404, 409],
    async run(call) {
      const { world, input } = call;
      const colleague = (await world.signedIn()).find(({ id }) => id === input.to);
      const nurse = colleague?.roles.includes("nurse") === true ? colleague : undefined;
      if (nurse === undefined)
        throw new KnownError("console.invalid-request", "no such colleague is signed in");
      const held = await world.queue.handover(holdOf(call), nurse);
      if (input.note !== undefined) await addNote(call, held.callback.id, input.note);
      return finished;
    },
  }),
  route({
    action: "show-phone",
    method: "post",
    path: "/callbacks/{id}/phone",
    summary: "Shows the whole telephone number, to the nurse who holds the callback and is about to call",
    input: shape.tokenBody,
    answer: shape.phoneAnswer,
    failures: [404, 409],
    async run(call) {
      await call.world.queue.renew(holdOf(call));
      const { phone } = present(call.callback).request;
      return { phone, shown: phone === null ? null : writePhone(phone) };
    },
  }),
  route({
    action: "note-attempt",
    method: "post",
    path: "/callbacks/{id}/attempts",
    summary: "Notes a try to reach the parent; after `not_reached` it can go back in line until a later time",
    input: shape.attemptBody,
    answer: shape.done,
    failures: [404, 409],
    async run(call) {
      const { world, input } = call;
      const hold = holdOf(call);
      await world.queue.attempt(hold, input.result);
      if (input.result === "called") await askWhetherCalled(call);
      if (input.result === "not_reached" && input.tellParent)
        await tellTried(world.parent, await again(call));
      if (input.result === "not_reached" && input.retryAt !== undefined) {
        await world.queue.release(hold, input.retryAt);
      }
      return finished;
    },
  }),
  route({
    action: "message-parent",
    method: "post",
    path: "/callbacks/{id}/messages",
    summary:
      "Sends the nurse's words, or a fixed message, to the parent through the channel the parent wrote on; where " +
      "the channel takes no words any more they wait for the parent, who is told that something is ready",
    input: shape.messageBody,
    answer: shape.messageAnswer,
    failures: [404, 409],
    run: message,
  }),
  route({
    action: "note-callback",
    method: "post",
    path: "/callbacks/{id}/notes",
    summary: "Writes a note for the next shift",
    input: shape.noteBody,
    answer: shape.done,
    failures: [404],
    async run(call) {
      await addNote(call, present(call.callback).id, call.input.words);
      return finished;
    },
  }),
  route({
    action: "judge-rule",
    method: "post",
    path: "/callbacks/{id}/verdicts",
    summary: "Says whether a rule fired rightly; counted in a report, without words",
    input: shape.judgeBody,
    answer: shape.done,
    failures: [404],
    async run({ world, actor, input, callback }) {
      const { id, request } = present(callback);
      if (!request.rules.includes(input.rule)) {
        throw new KnownError("console.invalid-request", "this rule did not fire here");
      }
      await world.notes.judge(id, { at: world.clock(), by: actor.id, rule: input.rule, right: input.right });
      return finished;
    },
  }),
  route({
    action: "close-callback",
    method: "post",
    path: "/callbacks/{id}/close",
    summary:
      "Ends a callback, with its outcome, once the parent was informed; the parent gets it in writing, too",
    input: shape.closeBody,
    answer: shape.done,
    failures: [404, 409, 422],
    run: close,
  }),
  route({
    action: "reopen-callback",
    method: "post",
    path: "/callbacks/{id}/reopen",
    summary: "Undoes a wrong close within a day: the callback is back in line where it stood",
    input: shape.nothing,
    answer: shape.done,
    failures: [404, 409],
    async run({ world, actor, callback }) {
      await world.queue.reopen(present(callback).id, actor);
      return finished;
    },
  }),
];

const finished = { done: true } as const;
const hour = 3_600_000;
const day = 24 * hour;

type Input<Name extends keyof typeof shape> = (typeof shape)[Name] extends { _zod: { output: infer Output } }
  ? Output
  : never;

/** Adds to a refused claim who has the callback: the colleague to ask. */
function nameHolder(
  { queue }: ConsoleWorld,
  callback: Callback | undefined,
): (error: unknown) => Promise<never> {
  return async (error) => {
    if (!(error instanceof KnownError) || error.code !== "escalation.already-claimed") throw error;
    const holder = (await queue.find(present(callback).id))?.holder?.name;
    throw new KnownError(error.code, error.message, holder === undefined ? {} : { holder });
  };
}

/**
 * Sets what must be said before it closes, so that a crash between the two says it all the same: the
 * timer looks whether the callback was closed, and what it puts in line carries the same key.
 */
async function close(call: Call<Input<"closeBody">>): Promise<typeof finished> {
  const { world, input } = call;
  const { id, request } = present(call.callback);
  const { person, channel, locale } = request;
  const now = world.clock();
  const timer = { person, channel, locale, callback: id };
  if (input.parentInformed) {
    await world.timers.set({ ...timer, id: `tell-outcome-${id}`, kind: "tell-outcome", dueAt: now + 30_000 });
  }
  await world.queue.close(holdOf(call), { outcome: input.outcome, parentInformed: input.parentInformed });
  await tellOutcome(world.parent, await again(call), input.outcome);
  if (input.outcome !== "withdrawn") await askWhetherCalled(call);
  if (input.note !== undefined) await addNote(call, id, input.note);
  if (
    input.checkBackDays !== undefined &&
    mayAskLater(present(call.callback), await world.parent.wayBack(person))
  ) {
    const dueAt = now + input.checkBackDays * day;
    await world.timers.set({ ...timer, id: `check-back-${id}`, kind: "check-back", dueAt });
  }
  return finished;
}

async function message(call: Call<Input<"messageBody">>): Promise<Input<"messageAnswer">> {
  const { world, actor, input } = call;
  const { words, fixed } = input;
  await world.queue.renew(holdOf(call));
  const callback = present(call.callback);
  const end = windowEnd(await world.parent.wayBack(callback.request.person));
  const key = randomUUID();
  const isThere =
    fixed === undefined
      ? await tellFromNurse(world.parent, callback, { nurse: actor.name, words: words ?? "", key })
      : await tellFixed(world.parent, callback, { knock: fixed, key });
  if (!isThere) throw new KnownError("console.parent-unreachable", "the conversation is gone");
  return { done: true, waits: fixed === undefined && end !== null && end < world.clock() };
}

/**
 * Asks the parent, an hour after the promised time, whether the call came: what a nurse noted is not yet
 * what a parent lived through. A promise that broke is told by itself, so those are not asked.
 */
async function askWhetherCalled({ world, callback }: Call<unknown>): Promise<void> {
  const { id, request } = present(callback);
  const { person, channel, locale, promisedAt } = request;
  const dueAt = Math.max(promisedAt, world.clock()) + hour;
  const timer = { id: `were-you-called-${id}`, kind: "were-you-called", dueAt, callback: id } as const;
  await world.timers.set({ ...timer, person, channel, locale });
}

function present(callback: Callback | undefined): Callback {
  if (callback === undefined) throw new KnownError("escalation.not-found", "no such callback");
  return callback;
}

/** The callback as it stands now, after what was just done to it. */
async function again({ world, callback }: Call<unknown>): Promise<Callback> {
  return present(await world.queue.find(present(callback).id));
}

/** A token is worth something in the hands of its holder only: it is a number that a colleague could guess. */
function holdOf({ callback, actor, input }: Call<{ readonly token: string }>): Hold {
  const { id, holder } = present(callback);
  if (holder?.nurse !== actor.id)
    throw new KnownError("escalation.not-holder", "another nurse, or nobody, holds it");
  return { id, nurse: actor.id, token: input.token };
}

function showHold(callback: Callback, { id, token }: Hold): Input<"holdAnswer"> {
  return { id, token, until: callback.holder?.until ?? 0 };
}

function addNote({ world, actor }: Call<unknown>, id: CallbackId, words: string): Promise<void> {
  return world.notes.add(id, { at: world.clock(), by: actor.id, name: actor.name, words });
}
