/** How paths are spelled in a log, where engines compare spellings. */
import { expect, test } from "vitest";
import { decodePath, encodePath, newDataPath } from "../../../runtime/delta/actions/file-paths.ts";

test("a path is spelled as java.net.URI spells it, and comes back", () => {
  const path = "p=é%3A% #\"<>?[]\\^`{}|/a&b+c,d;e@f$g=h'!()*~_-.x\u00a0y\u2003z😀\u0085\n";
  expect(encodePath(path)).toBe("p=é%253A%25%20%23%22%3C%3E%3F%5B%5D%5C%5E%60%7B%7D%7C/a&b+c,d;e@f$g=h'!()*~_-.x%C2%A0y%E2%80%83z😀%C2%85%0A");
  expect(decodePath(encodePath(path))).toBe(path);
});

test("the directory of a partition has no character that engines spell in different ways", () => {
  const path = newDataPath({ "é p": "R&B+é,@;$~'!()*|<>", q: "a b/ü", none: null });
  expect(path).toMatch(/^%C3%A9 p=R%26B%2B%C3%A9%2C%40%3B%24%7E%27%21%28%29%2A%7C%3C%3E\/q=a b%2F%C3%BC\/none=__HIVE_DEFAULT_PARTITION__\/part-00000-[0-9a-f-]{36}\.parquet$/);
  expect(encodePath(path)).toBe(path.replaceAll("%", "%25").replaceAll(" ", "%20"));
});
