/** What a push updates, as git tells its hooks on stdin: `<old> <new> <ref>`, a line each. */
import { text } from "node:stream/consumers";

/** The commit that the branch is to be at; undefined when this push leaves it alone or deletes it. */
export async function readUpdate(input: NodeJS.ReadableStream, branch: string): Promise<string | undefined> {
  const lines = (await text(input)).split("\n").map((line) => line.split(" "));
  const commit = lines.find(([, , ref]) => ref === branch)?.[1];
  return commit === undefined || /^0+$/.test(commit) ? undefined : commit;
}
