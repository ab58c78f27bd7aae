import { recall } from "./memory.ts";

const base = "/v3/directline";

/** Asks the server of the chat, in the name of this browser. Throws the answer when it is a refusal. */
export async function call(path: string, method = "GET", body?: unknown) {
  const answer = await send(path, method, body, recall()?.chat?.token);
  if (!answer.ok) throw answer;
  return answer.json();
}

/** The same without looking at the answer. */
export function send(
  path: string,
  method: string,
  body: unknown,
  token: string | undefined,
): Promise<Response> {
  return fetch(base + path, {
    method,
    keepalive: method === "DELETE",
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
