import { createServer, type Server } from "node:http";
import express from "express";
import helmet from "helmet";
import type { WhatsAppDoor } from "../channels/whatsapp/door.ts";
import { whatsAppRoutes } from "../channels/whatsapp/routes.ts";

/** Meta's door with the same headers as in the product and nothing else beside it, for measuring. */
export function metaDoor(door: WhatsAppDoor): Server {
  const app = express();
  app.disable("x-powered-by");
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }));
  app.use(whatsAppRoutes(door));
  return createServer(app);
}
