import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Request, Response } from "express";

type Packing = "br" | "gzip";

/** A file that never changes while the process runs. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  /** Packs it when a browser first takes that form, and beside the work of this process: it takes up to a second. */
  readonly pack: (how: Packing) => Promise<Buffer>;
  /** Short name of its contents. */
  readonly hash: string;
}

export function pageFile(type: string, content: string | Buffer): PageFile {
  const body = Buffer.from(content);
  const hash = createHash("sha256").update(body).digest("base64url").slice(0, 10);
  const packed = new Map<Packing, Promise<Buffer>>();
  return {
    type,
    body,
    hash,
    pack(how) {
      const before = packed.get(how);
      if (before !== undefined) return before;
      const packing = packers[how](body);
      packed.set(how, packing);
      return packing;
    },
  };
}

const packers: Readonly<Record<Packing, (body: Buffer) => Promise<Buffer>>> = {
  gzip: (body) => promisify(gzip)(body, { level: 9 }),
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
};

/** Sends a file in the smallest form the browser takes, or tells it that what it has is still right. */
export async function sendPageFile(
  request: Request,
  response: Response,
  file: PageFile,
  cacheControl: string,
): Promise<void> {
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
    const packed = await file.pack(encoding);
    response.set("Content-Encoding", encoding).end(packed);
    return;
  }
  response.end(file.body);
}

/** The source that allows one inline style under a content security policy. */
export function styleSource(styles: string): string {
  return `'sha256-${createHash("sha256").update(styles).digest("base64")}'`;
}
