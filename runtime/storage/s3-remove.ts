/** Many objects of a bucket removed: a thousand a request, which is what S3 takes (DeleteObjects). */
import { Failure } from "../values/failure.ts";
import { atMost } from "./at-most.ts";
import type { Prefix } from "./s3-bucket.ts";

/** Keys that S3 takes in one request. */
const keysMax = 1_000;
const requestsAtOnce = 4;

/** Removes objects; absent is fine. STORE_FAILED names the first that the server kept; others may be gone. */
export async function removeObjects(prefix: Prefix, names: readonly string[]): Promise<void> {
  const turn = atMost(requestsAtOnce);
  const [plain, others] = [names.filter(isXml), names.filter((name) => !isXml(name))];
  const removals = Array.from({ length: Math.ceil(plain.length / keysMax) }, (_, k) => () => removeSome(prefix, plain.slice(k * keysMax, (k + 1) * keysMax)));
  const single = others.map((name) => () => prefix.ask(name, async ({ s3 }, at) => void (await s3.deleteObject(at))));
  await Promise.all([...removals, ...single].map(turn));
}

async function removeSome(prefix: Prefix, names: readonly string[]): Promise<void> {
  const [first = ""] = names;
  const { Errors: [kept] = [] } = await prefix.ask(first, ({ s3 }, { Bucket }) => s3.deleteObjects({ Bucket, Delete: { Quiet: true, Objects: names.map((name) => ({ Key: prefix.key(name) })) } }));
  if (kept === undefined) return;
  const name = prefix.name(kept.Key ?? prefix.key(first));
  throw new Failure("STORE_FAILED", `${prefix.uri(name)} was not removed: ${kept.Code ?? "no reason given"}${kept.Message === undefined ? "" : `: ${kept.Message}`}`, { hint: "The credentials need s3:DeleteObject in the bucket.", retry: kept.Code !== "AccessDenied" });
}

/** Whether the characters of a name can stand in XML, which such a request is written in. */
function isXml(name: string): boolean {
  return name.isWellFormed() && !/[\p{Cc}\ufffe\uffff]/u.test(name);
}
