/**
 * The service worker of the parents' page: the page itself stays at hand without a connection.
 *
 * It keeps the shell and its files and nothing that anyone said. The server puts `shell`, the list of files,
 * and `edition`, a name that changes with any of them, before this script.
 *
 * @module
 */
interface WorkerScope {
  readonly shell: readonly string[];
  readonly edition: string;
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", hear: (event: WorkerEvent) => void): void;
  addEventListener(kind: "fetch", hear: (event: FetchingEvent) => void): void;
}
interface WorkerEvent {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchingEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

(() => {
  const worker = self as unknown as WorkerScope;
  const patienceMilliseconds = 3000;

  worker.addEventListener("install", (event) => {
    const fill = caches.open(worker.edition).then((cache) => cache.addAll([...worker.shell]));
    event.waitUntil(fill.then(() => worker.skipWaiting()));
  });

  worker.addEventListener("activate", (event) => {
    const old = caches.keys().then((names) => names.filter((name) => name !== worker.edition));
    event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
  });

  worker.addEventListener("fetch", (event) => {
    const { pathname, origin } = new URL(event.request.url);
    if (event.request.method !== "GET" || origin !== location.origin) return;
    if (pathname === "/") event.respondWith(freshOrKept(event.request));
    else if (pathname.startsWith("/page/")) event.respondWith(keptOrFresh(event.request));
  });

  /** The page: as it is now, unless that takes too long. */
  async function freshOrKept(request: Request): Promise<Response> {
    const fresh = fetch(request);
    const late = new Promise<undefined>((give) => setTimeout(give, patienceMilliseconds));
    const soon = await Promise.race([fresh, late]).catch(() => undefined);
    if (soon?.ok) return soon;
    return (await caches.match("/")) ?? fresh;
  }

  /** Files carry a name of their contents: what is kept is right for ever. */
  async function keptOrFresh(request: Request): Promise<Response> {
    const kept = await caches.match(request);
    if (kept !== undefined) return kept;
    const fresh = await fetch(request);
    if (fresh.ok) await (await caches.open(worker.edition)).put(request, fresh.clone());
    return fresh;
  }
})();
