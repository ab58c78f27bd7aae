import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Request, Response } from "express";

/** A file that never changes while the process runs, packed in each form when a browser first takes that one. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly packed: Readonly<Record<"br" | "gzip", Buffer>>;
  /** Short name of its contents. */
  readonly hash: string;
}

export function pageFile(type: string, content: string | Buffer): PageFile {
  const body = Buffer.from(content);
  const hash = createHash("sha256").update(body).digest("base64url").slice(0, 10);
  let br: Buffer | undefined;
  let gzip: Buffer | undefined;
  return {
    type,
    body,
    hash,
    packed: {
      get br() {
        br ??= brotli(body);
        return br;
      },
      get gzip() {
        gzip ??= gzipSync(body, { level: 9 });
        return gzip;
      },
    },
  };
}

function brotli(body: Buffer): Buffer {
  return brotliCompressSync(body, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
    },
  });
}

/** Sends a file in the smallest form the browser takes, or tells it that what it has is still right. */
export function sendPageFile(
  request: Request,
  response: Response,
  file: PageFile,
  cacheControl: string,
): void {
  response.set({
    "Content-Type": file.type,
    "Cache-Control": cacheControl,
    ETag: `"${file.hash}"`,
    Vary: "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
  });
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  const encoding = request.acceptsEncodings("br", "gzip", "identity");
  if (encoding === "br" || encoding === "gzip") {
    response.set("Content-Encoding", encoding).end(file.packed[encoding]);
    return;
  }
  response.end(file.body);
}

/** The source that allows one inline style under a content security policy. */
export function styleSource(styles: string): string {
  return `'sha256-${createHash("sha256").update(styles).digest("base64")}'`;
}
