/** Where many things are done at once, and now and then one with nothing beside it. */
export interface Company {
  /** Does it beside others, once nobody is alone. */
  among<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Does it when all that was under way is done, and lets nothing begin meanwhile. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Whoever takes longer than the patience is waited for no more. */
export function openCompany(patienceMilliseconds: number): Company {
  const underWay = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;

  async function among<Result>(work: () => Promise<Result>): Promise<Result> {
    while (closed !== undefined) await closed;
    const doing = work();
    underWay.add(doing);
    try {
      return await doing;
    } finally {
      underWay.delete(doing);
    }
  }

  async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
    while (closed !== undefined) await closed;
    const before = [...underWay];
    const doing = startAfter(before, work);
    closed = atMost(patienceMilliseconds, doing).then(() => {
      closed = undefined;
    });
    return await doing;
  }

  async function startAfter<Result>(
    before: readonly Promise<unknown>[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    await atMost(patienceMilliseconds / 2, Promise.allSettled(before));
    return await work();
  }

  return { among, alone };
}

/** Ends when it ends, well or not, or when the time is up. */
async function atMost(milliseconds: number, doing: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([doing.then(nothing, nothing), timeUp]);
  clearTimeout(timer);
}

const nothing = (): void => undefined;
