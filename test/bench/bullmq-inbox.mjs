/**
 * BullMQ as nothing but an inbox: each message added once, by its id, worked by a function that does nothing, and
 * done. No conversation, no order for each person, no reply.
 *
 * `node bullmq-inbox.mjs REDIS_URL MESSAGES IN_FLIGHT`; prints messages a second.
 */
import { Queue, Worker } from "bullmq";

const [url, messages, inFlight] = process.argv.slice(2);
const connection = { url, maxRetriesPerRequest: null };
const queue = new Queue("inbox", { connection });
const waiting = new Map();
const worker = new Worker(
  "inbox",
  async (job) => {
    waiting.get(job.id)?.();
  },
  { connection, concurrency: Number(inFlight), removeOnComplete: { count: 0 } },
);
await worker.waitUntilReady();

async function one(at) {
  const jobId = `message-${at}`;
  const worked = new Promise((done) => waiting.set(jobId, done));
  await queue.add("message", { text: "x".repeat(600) }, { jobId });
  await worked;
  waiting.delete(jobId);
}

let at = 0;
const caller = async (until) => {
  for (let mine = at++; mine < until; mine = at++) await one(mine);
};
const all = (until) => Promise.all(Array.from({ length: Number(inFlight) }, () => caller(until)));
await all(Number(messages) / 4);
const first = at;
const began = performance.now();
await all(first + Number(messages));
console.log(Number(messages) / ((performance.now() - began) / 1000));
process.exit(0);
