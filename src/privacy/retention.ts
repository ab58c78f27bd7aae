const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * How long each kind of thing is kept at most, in milliseconds. The only place that says so.
 *
 * Storage sets these in the same atomic move that writes the thing, so nothing depends on a clean-up job.
 */
export const retention = {
  /** What a parent sent. Gone earlier: with the commit that answers it. */
  inbound: day,
  /** Where a parent stands and what they chose. Counted from their last message. */
  conversation: 30 * day,
  /** That a name on a channel changed hands: pseudonyms. Longer than a conversation; each message renews it. */
  name: 90 * day,
  /** How long a reply is tried. An hour less than its words are kept, so that whoever it matters to hears of it. */
  reply: 23 * hour,
  /** A reply on its way. Gone earlier: when it was sent; on WhatsApp, when it arrived. */
  outbox: day,
  /** That a message was seen: a hash, no content. Longer than the seven days Meta retries and we accept. */
  seen: 8 * day,
  /** That a reply was sent: its key, no content. */
  done: 2 * day,
  /** A message that could not be answered. */
  deadLetter: 7 * day,
  /** A callback, counted from its end. An open one is kept until it is closed. */
  closedCallback: 30 * day,
  /** That a callback was promised, on the disk of each machine, in case Redis loses it. */
  promised: 7 * day,
  /**
   * The key of a person that their lines in spool and journal are sealed with, counted from the last of them. Longer
   * than either is good for: the journal keeps 8 days at most, and messages are recognised for as long.
   */
  lineKey: 9 * day,
  /** The key that leads to a person's number on the access record, counted from the last look: as long as the record. */
  lookKey: 5 * 366 * day,
  /** How long a wrong close can be undone. */
  reopening: day,
  /** That a request was taken in: an id, no content. */
  requestSeen: 90 * day,
  /** That two open callbacks share a telephone number: a keyed hash. */
  samePhone: 30 * day,
  /** That a web chat is open, counted from its last entry. The entries bring their own, shorter lifetimes. */
  chat: 30 * day,
  /** Something to say to a person later, and how long it is tried after it was due. */
  longestTimer: 97 * day,
  overdueTimer: 7 * day,
  /** That a sign-in link was used. */
  signInLink: 10 * minute,
  /** A nurse's session at the console. */
  consoleSession: 12 * hour,
  /** Which requests a member of staff opened lately, to notice unusually many. */
  readings: day,
  /** That a process takes turns: a number made at its start. It renews this while it lives. */
  process: 10 * minute,
  /** That Redis took a write: nothing. */
  probe: minute,
  /** Counters that keep one sender from crowding out others. */
  rate: day,
} as const;
