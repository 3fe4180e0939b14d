/** What a push updates, as git tells its hooks on stdin: `<old> <new> <ref>`, a line each. */
import { text } from "node:stream/consumers";

/** What a push does to the published branch, and whether it creates or moves another one. */
interface PushedUpdate { readonly commit: string | undefined; readonly elsewhere: boolean }

/** `commit` is what the branch is to be at; undefined when this push leaves it alone or deletes it. */
export async function readUpdate(input: NodeJS.ReadableStream, branch: string): Promise<PushedUpdate> {
  const updates = (await text(input)).split("\n").map((line) => line.split(" ")).filter(([, after = ""]) => /[^0]/.test(after));
  return { commit: updates.find(([, , ref]) => ref === branch)?.[1], elsewhere: updates.some(([, , ref = ""]) => ref !== branch && ref.startsWith("refs/heads/")) };
}
