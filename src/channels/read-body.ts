import type { IncomingMessage } from "node:http";

/**
 * Reads the bytes of a request as they were sent; undefined when there are more than allowed, or they stop.
 *
 * Reading ends at the limit. The usual body reader goes on to the end of what it will refuse anyway, which lets
 * anyone hold a connection for as long as they care to send.
 */
export function readBody(request: IncomingMessage, largestBytes: number): Promise<Buffer | undefined> {
  return new Promise((read) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= largestBytes) chunks.push(chunk);
      else {
        request.pause();
        read(undefined);
      }
    });
    request.once("end", () => read(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)));
    request.once("close", () => read(undefined));
    request.once("error", () => read(undefined));
  });
}
