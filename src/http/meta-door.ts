import { createServer, type Server } from "node:http";
import express from "express";
import type { WhatsAppDoor } from "../channels/whatsapp/door.ts";
import { metaFirst } from "./meta-first.ts";

/** Meta's door as it stands in the product and nothing else beside it, for measuring. */
export function metaDoor(door: WhatsAppDoor): Server {
  return createServer(metaFirst(door, express()));
}
