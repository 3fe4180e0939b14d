/** Jars that a pom.xml pins, fetched by the machine's Maven for its Java. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cached } from "./cache.ts";
import { runTool } from "./tool.ts";

/** The folder of all jars that `<name>/pom.xml` asks for, and of the native libraries that come with them. */
export async function mavenJars(name: string): Promise<string> {
  await runTool("java", ["-version"]);
  const pom = fileURLToPath(new URL(`${name}/pom.xml`, import.meta.url));
  return cached(name, [await readFile(pom)], async (folder) => {
    await runTool("mvn", ["-B", "-ntp", "-q", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${folder}`]);
  });
}
