import { BlockList, isIP } from "node:net";
import type { RequestHandler } from "express";
import { answerUnknown } from "./answer-errors.ts";

/** The issuer's own word comes from wherever the issuer is. It is signed, and lets nobody in. */
const issuersWord = /^\/oidc\/signed-out\/?$/i;

/**
 * Serves what follows to these addresses only, at every request: a session that was begun inside ends to be of use
 * outside. To others there is nothing here.
 */
export function onlyFrom(ranges: readonly string[], refused: () => void): RequestHandler {
  if (ranges.length === 0) return (_request, _response, next) => next();
  const known = blockListOf(ranges);
  return (request, response, next) => {
    const address = (request.ip ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
    if (issuersWord.test(request.path) || known.check(address, familyOf(address))) return next();
    refused();
    answerUnknown(request, response, next);
  };
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

const familyOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");
