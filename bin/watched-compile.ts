/** Compiles a project each time something of it changed, for `compile --watch` and `dev`: only what an edit touches is worked out again. */
import type { Compiled, Compiler } from "../compiler/compile.ts";
import type { Project } from "./project.ts";
import { watchProject } from "./watched-project.ts";

/** What came of one compile; `ms` is how long it took. */
export type CompileOutcome = { readonly compiled: Compiled; readonly ms: number; readonly project: Project } | { readonly error: unknown; readonly project: Project };

export interface WatchedCompileOptions {
  readonly check: boolean;
  readonly signal: AbortSignal;
  /** Finds the project again, when its configuration changed. */
  readonly find: () => Promise<Project>;
  /** Hears of each compile; the next one waits for it. */
  readonly heard: (outcome: CompileOutcome) => Promise<void>;
}

/** Compiles now and after each change, until the signal. What goes wrong is heard of, and is over with the next change. */
export async function compileWhileWatched(first: Project, options: WatchedCompileOptions): Promise<void> {
  for (let project: Project | undefined = first; project !== undefined;) project = await compileUntilConfigured(project, options);
}

/** The project anew, when its configuration changed; undefined when it is the end. */
async function compileUntilConfigured(project: Project, options: WatchedCompileOptions): Promise<Project | undefined> {
  const changes = watchProject(project, options.signal);
  let compiler: Compiler | undefined;
  const compileNow = async (files: ReadonlySet<string> | undefined): Promise<void> => {
    const started = performance.now();
    const outcome = await once(files).then((compiled) => ({ compiled, ms: performance.now() - started, project }), async (error: unknown) => {
      // What broke off may have left half of what it knows.
      await compiler?.close();
      compiler = undefined;
      return { error, project };
    });
    await options.heard(outcome);
  };
  const once = async (files: ReadonlySet<string> | undefined): Promise<Compiled> => {
    const { openCompiler } = await import("../compiler/compile.ts");
    const known = compiler !== undefined;
    compiler ??= openCompiler({ project: project.folder, catalogDir: project.catalogDir, generatedDir: project.generatedDir, postgres: project.postgresNames, ...project.emitting, check: options.check, draft: true });
    return compiler.compile(known ? files : undefined);
  };
  try {
    await compileNow(undefined);
    for (;;) {
      const change = await changes.next();
      if (change === undefined) return undefined;
      if (!change.config) await compileNow(change.files);
      else {
        const found = await options.find().catch((error: unknown) => options.heard({ error, project }));
        if (found !== undefined) return found;
        changes.follow();
      }
    }
  } finally {
    changes.close();
    await compiler?.close();
  }
}
