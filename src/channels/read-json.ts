/** Deeper than anything Meta or Microsoft sends by a factor of three. */
const usualDepth = 32;

/**
 * Reads bytes as JSON; undefined when they are none, or nested deeper than any channel sends.
 *
 * The depth is counted before parsing, byte by byte: a body of two megabytes of `[` would otherwise hold the whole
 * process for a third of a second, and break whatever walks the result. A regular expression that looks for strings
 * does worse: 64 kB of quotes that never close hold it for seconds.
 */
export function readJson(bytes: Uint8Array, deepest = usualDepth): unknown {
  if (isDeeperThan(bytes, deepest)) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

const quote = 0x22;
const backslash = 0x5c;

function isDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}
