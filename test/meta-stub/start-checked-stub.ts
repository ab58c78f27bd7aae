import { type MetaStubOptions, startMetaStub } from "../../src/commands/demo-whatsapp/meta-stub.ts";
import { checkOutbound } from "../whatsapp-spec/conformance.mjs";

/** Meta's stand-in, which refuses every message that Meta's repaired schemas refuse. */
export function startCheckedStub(options: MetaStubOptions = {}) {
  return startMetaStub({ check: checkOutbound, ...options });
}
