import { z } from "zod";
import { ruleOf } from "./policy.ts";
import { problemSchema } from "./problem.ts";
import { type ApiRoute, isAboutCallback } from "./route.ts";

type Json = Record<string, unknown>;

const everywhere = [400, 401, 403, 500, 503];
const meanings: Readonly<Record<number, string>> = {
  400: "The request is not as described here",
  401: "Not signed in, or the session is over",
  403: "No role that may, or the request is not of the console's own page",
  404: "No such callback, or one of another region",
  409: "Somebody else holds it, or it is closed",
  422: "The outcome is missing, or the parent is not informed",
  500: "Something failed on our side",
  503: "The store or the access record cannot be written; try again",
};

/** The two routes that answer no JSON of a schema. */
const elsewhere: Json = {
  "/nurse/api/events": {
    get: {
      operationId: "watch-callbacks",
      summary: "Streams that something changed, as server-sent events",
      description: `For: ${ruleOf("watch-callbacks").roles.join(", ")}. Events: \`ready\`, \`changed\` with \`{id, kind}\`, \`signed-out\`.`,
      responses: {
        200: { description: "The stream", content: { "text/event-stream": { schema: { type: "string" } } } },
        ...problems([401, 403, 503]),
      },
    },
  },
  "/nurse/api/openapi.json": {
    get: {
      operationId: "describe-api",
      summary: "This description",
      security: [],
      responses: {
        200: { description: "OpenAPI 3.1", content: { "application/json": { schema: { type: "object" } } } },
      },
    },
  },
};

/** Describes the API, whole, from the same schemas that check it. */
export function describeApi(routes: readonly ApiRoute[], cookie: string): Json {
  const schemas: Json = { Problem: toSchema(problemSchema, "output") };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = `/nurse/api${route.path}`;
    paths[path] = { ...paths[path], [route.method]: describe(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Naast: callbacks for nurses",
      version: "1.0.0",
      description:
        "Signed in by a session cookie. Whatever changes something needs an `Origin` header that equals the public or served address. Every answer that shows a callback is on the access record before it leaves.",
    },
    servers: [{ url: "/" }],
    security: [{ session: [] }],
    paths: { ...paths, ...elsewhere },
    components: {
      schemas,
      securitySchemes: { session: { type: "apiKey", in: "cookie", name: cookie } },
    },
  };
}

function describe(route: ApiRoute): Json {
  const input = toSchema(route.input, "input");
  const parameters = [
    ...(isAboutCallback(route)
      ? [{ name: "id", in: "path", required: true, schema: { type: "string" } }]
      : []),
    ...(route.method === "get" ? queryOf(input) : []),
  ];
  return {
    operationId: route.action,
    summary: route.summary,
    description: `For: ${ruleOf(route.action).roles.join(", ")}.`,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.method === "get"
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: input } } } }),
    responses: {
      200: {
        description: "Done",
        content: {
          [route.file === undefined ? "application/json" : "text/csv"]: {
            schema: toSchema(route.answer, "output"),
          },
        },
      },
      ...problems([...everywhere, ...route.failures]),
    },
  };
}

function problems(statuses: readonly number[]): Json {
  return Object.fromEntries(statuses.map((status) => [status, problem(status)]));
}

function problem(status: number): Json {
  return {
    description: meanings[status] ?? "",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

function queryOf(schema: Json): Json[] {
  const properties = (schema["properties"] ?? {}) as Json;
  const required = (schema["required"] ?? []) as readonly string[];
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema: one,
  }));
}

/** Everything inline: a description without references is read by every tool. */
function toSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...written } = z.toJSONSchema(schema.meta({ id: undefined }) as z.ZodType, {
    io,
    reused: "inline",
    unrepresentable: "any",
  }) as Json;
  return written;
}
