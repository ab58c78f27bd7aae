import { Private } from "../../src/privacy/private.ts";
import { until } from "../support/redis.ts";
import { aPerson } from "../support/samples.ts";
import type { OpenStorage } from "../support/storage.ts";

/** What every chat log owes. */
export function chatLogContract(open: () => OpenStorage): void {
  const chat = () => open().chatLog;
  const entry = (text: string, lifetimeMilliseconds = 60_000) => ({
    activity: new Private(JSON.stringify({ text })),
    lifetimeMilliseconds,
  });
  const texts = async (person: ReturnType<typeof aPerson>, after = 0) =>
    (await chat().read(person, after))?.entries.map(({ sequence, activity }) => [
      sequence,
      JSON.parse(activity.reveal()).text,
    ]);

  test("an unopened chat takes nothing and holds nothing", async () => {
    const person = aPerson();
    expect(await chat().head(person)).toBeUndefined();
    expect(await chat().append(person, "k", [entry("x")])).toBeUndefined();
    expect(await chat().read(person, 0)).toBeUndefined();
    expect(await chat().open(person)).toBe(true);
    expect(await chat().open(person)).toBe(false);
    expect(await chat().head(person)).toBe(0);
  });

  test("numbers entries from one, and gives those after a number", async () => {
    const person = aPerson();
    await chat().open(person);
    expect(await chat().append(person, "a", [entry("één"), entry("twee")])).toEqual([1, 2]);
    expect(await chat().append(person, "b", [entry("drie")])).toEqual([3]);
    expect(await texts(person)).toEqual([
      [1, "één"],
      [2, "twee"],
      [3, "drie"],
    ]);
    expect(await texts(person, 2)).toEqual([[3, "drie"]]);
    expect((await chat().read(person, 3))?.head).toBe(3);
  });

  test("the same key again appends nothing and gives the first numbers", async () => {
    const person = aPerson();
    await chat().open(person);
    expect(await chat().append(person, "same:key/ü", [entry("x"), entry("y")])).toEqual([1, 2]);
    expect(await chat().append(person, "same:key/ü", [entry("x"), entry("y")])).toEqual([1, 2]);
    expect(await chat().head(person)).toBe(2);
    expect(await chat().find(person, "same:key/ü")).toBe(1);
    expect(await chat().find(person, "another")).toBeUndefined();
  });

  test("an entry goes when its own lifetime ends, and its number stays taken", async () => {
    const person = aPerson();
    await chat().open(person);
    await chat().append(person, "short", [entry("short", 50), entry("long")]);
    await until(async () => (await texts(person))?.length === 1);
    expect(await texts(person)).toEqual([[2, "long"]]);
    expect(await chat().append(person, "next", [entry("next")])).toEqual([3]);
  });

  test("fading shortens a life and never lengthens it", async () => {
    const person = aPerson();
    await chat().open(person);
    await chat().append(person, "k", [entry("said")]);
    await chat().append(person, "l", [entry("short", 200)]);
    await chat().fade(person, "k", 50);
    await chat().fade(person, "l", 60_000);
    await chat().fade(person, "of nothing", 50);
    await until(async () => (await texts(person))?.length === 0);
    expect(await chat().head(person)).toBe(2);
  });

  test("brings what this process appended to those who listen here, once per key", async () => {
    const person = aPerson();
    await chat().open(person);
    const brought: (readonly unknown[])[] = [];
    const ignore = await chat().subscribe(person, (appended = []) => {
      brought.push(appended.map(({ sequence, activity }) => [sequence, activity.reveal()]));
    });
    await chat().append(person, "k", [entry("x"), entry("y")]);
    await chat().append(person, "k", [entry("x"), entry("y")]);
    await chat().append(person, "l", [entry("z")]);
    const written = (text: string) => JSON.stringify({ text });
    expect(brought).toEqual([
      [
        [1, written("x")],
        [2, written("y")],
      ],
      [[3, written("z")]],
    ]);
    await ignore();
    await chat().append(person, "m", [entry("unheard")]);
    expect(brought).toHaveLength(2);
  });

  test("tells another process of what was appended", async () => {
    const person = aPerson();
    const second = await open().another();
    await chat().open(person);
    let told = 0;
    const ignore = await second.chatLog.subscribe(person, () => {
      told += 1;
    });
    await chat().append(person, "k", [entry("x")]);
    await until(() => told > 0);
    await ignore();
  });

  test("forgetting leaves no chat", async () => {
    const person = aPerson();
    await chat().open(person);
    await chat().append(person, "k", [entry("x")]);
    await chat().forget(person);
    expect(await chat().read(person, 0)).toBeUndefined();
  });
}
