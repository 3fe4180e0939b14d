/** Where copies of remote files lie that belong to no project. */
import { homedir } from "node:os";
import path from "node:path";

/** `$XDG_CACHE_HOME/neuralake`, or `~/.cache/neuralake`. */
export function userCache(): string {
  const named = process.env["XDG_CACHE_HOME"];
  return path.join(named === undefined || named === "" ? path.join(homedir(), ".cache") : named, "neuralake");
}
