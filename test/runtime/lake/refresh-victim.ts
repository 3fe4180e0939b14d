/** A process that is to be killed: says that it is ready, waits for a line with the root, the view and the step of the file system at which it ends itself (0 for never), and refreshes. Then it tells how many steps it took. */
import { once } from "node:events";
import { deadlySteps } from "../delta/fs-steps.ts";

const deadly = deadlySteps();
const { openViews, viewCatalog } = await import("./refresh-views.ts");

process.stdout.write("ready\n");
const [line] = await once(process.stdin.setEncoding("utf8"), "data") as [string];
const { directory, name, step } = JSON.parse(line) as { readonly directory: string; readonly name: string; readonly step: number };
const lake = await openViews(directory, viewCatalog());
deadly.arm(step);
await lake.refresh(name);
process.stdout.write(`${deadly.disarm().length}\n`);
process.exit(0);
