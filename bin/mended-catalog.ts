/** `--fix`: what can be meant in one way only is mended in the author's files, and each change is told. */
import type { Mended } from "../compiler/mend.ts";
import type { Project } from "./project.ts";
import { errorStyle, type Terminal } from "./terminal.ts";

/** Mends the project's catalog and tells what it did, on stderr. */
export async function mendProject(project: Project, terminal: Terminal): Promise<Mended> {
  const { mend } = await import("../compiler/mend.ts");
  const mended = await mend({ project: project.folder, catalogDir: project.catalogDir, generatedDir: project.generatedDir, postgres: project.postgresNames }, () => terminal.signal.throwIfAborted());
  const style = errorStyle();
  for (const { place, code, fix } of mended.fixed) terminal.note(`${style.blue("mended")} ${place.file}:${place.line}:${place.column} ${style.quiet(code)} ${fix?.title ?? ""}`);
  for (const { file, why } of mended.left) terminal.note(`${style.coral("left")} ${file}: it ${why}`);
  return mended;
}

/** The same for `--json`. */
export function mendedJson({ fixed, left }: Mended): object {
  return { fixed: fixed.map(({ code, place, fix }) => ({ code, place, title: fix?.title })), left };
}
