import type { Request } from "express";
import type { z } from "zod";
import type { Callback } from "../escalation/callback.ts";
import type { Actor } from "./actor.ts";
import type { Action } from "./policy.ts";
import type { ConsoleWorld } from "./world.ts";

/** One request that was let through: who asks, for what, with what. */
export interface Call<Input> {
  readonly world: ConsoleWorld;
  readonly actor: Actor;
  readonly input: Input;
  /** The callback of the path, for routes that are about one: found, and of a region the actor sees. */
  readonly callback: Callback | undefined;
  readonly request: Request;
}

/**
 * One route of the API: what it takes, what it gives, and which line of the policy lets it through.
 *
 * The router, the description of the API and the tests of who may do what are all made from the same
 * list of these, so that none of the three can know a route that the others do not.
 */
export interface ApiRoute<Input = unknown, Answer = unknown> {
  readonly action: Action;
  readonly method: "get" | "post";
  /** With `{id}` for the callback it is about. */
  readonly path: string;
  readonly summary: string;
  readonly input: z.ZodType<Input>;
  readonly answer: z.ZodType<Answer>;
  /** Why the actor wants it, where the route asks. */
  readonly purpose?: (input: Input) => string;
  /** What was shown, for the access record. Routes that only read are recorded once it is known. */
  readonly shown?: (answer: Answer) => { readonly count: number; readonly subject?: string };
  readonly failures: readonly number[];
  /** For answers that are a file and no JSON: its name. The answer is then its text. */
  readonly file?: string;
  run(call: Call<Input>): Promise<Answer>;
}

/** Names a route's input and answer once; the list it goes into forgets them again. */
export function route<Input, Answer>(made: ApiRoute<Input, Answer>): ApiRoute {
  return made as unknown as ApiRoute;
}

export function isAboutCallback({ path }: ApiRoute): boolean {
  return path.includes("{id}");
}
