/**
 * The web chat: Direct Line 3.0, so that our own page and any public Direct Line client can talk to us.
 *
 * @module
 */
import type { Server } from "node:http";
import type { Router } from "express";
import type { Send } from "../../conversation/turn-log.ts";
import { DirectLineAdapter } from "./adapter.ts";
import type { DirectLineOptions } from "./options.ts";
import { originAllowList } from "./origins.ts";
import { directLineRoutes } from "./routes.ts";
import { chatSend } from "./send.ts";
import { chatStreams } from "./stream.ts";
import { chatTokens } from "./token.ts";

export interface DirectLine {
  /** To be mounted under `/v3/directline`. */
  readonly router: Router;
  /** Serves the streams on this server. */
  readonly attach: (server: Server) => void;
  readonly send: Send;
  readonly adapter: DirectLineAdapter;
  /** Ends all streams. */
  readonly close: () => void;
}

export function directLine(options: DirectLineOptions): DirectLine {
  const tokens = chatTokens(options.keys, options.clock);
  const originAllowed = originAllowList(options.publicUrl, options.embedOrigins);
  const streams = chatStreams({ ...options, tokens, originAllowed });
  return {
    router: directLineRoutes({
      ...options,
      tokens,
      originAllowed,
      showAtOnce: streams.showAtOnce,
      shownAtOnce: new Set(),
    }),
    attach: streams.attach,
    send: chatSend(options.chatLog, options.clock),
    adapter: new DirectLineAdapter(),
    close: streams.close,
  };
}
