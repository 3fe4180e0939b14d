/** What changes in a project while somebody edits it: files of its catalog, its package.json, its configuration and what that imports. */
import { existsSync, readdirSync, realpathSync, watch, type FSWatcher } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { configFile } from "./config-file.ts";
import { configFiles } from "./config-module.ts";
import type { Project } from "./project.ts";

/** `files` are relative to the project, with forward slashes; a folder stands for what is in it. */
export interface ProjectChange { readonly files: ReadonlySet<string>; readonly config: boolean }

export interface WatchedProject {
  /** What changed since the last call, once it rests; undefined when the command is to end. */
  next(): Promise<ProjectChange | undefined>;
  /** Watches what the configuration was seen to import meanwhile. */
  follow(): void;
  close(): void;
}

/** How long nothing may change before it is told, in milliseconds: an editor writes a file in several steps. */
const restMs = 10;

/** Watches the project until it is closed. A catalog that is not there yet is watched for. */
export function watchProject(project: Project, signal: AbortSignal): WatchedProject {
  const changed = new Set<string>();
  let config = false;
  let wake = (): void => undefined;
  const tell = (file: string): void => {
    changed.add(relative(project.folder, file).split(sep).join("/"));
    wake();
  };
  const folders = watchFolders(project.catalogDir, tell);
  const above = dirname(project.catalogDir);
  const comes = (folder: string, name: string | null): void => {
    if (name === null || join(folder, name) === project.catalogDir) folders.look(project.catalogDir);
  };
  const beside = above === project.folder || !existsSync(above) ? undefined : watch(above, (_, name) => comes(above, name));
  beside?.on("error", () => undefined);
  const top = watch(project.folder, (_, name) => {
    comes(project.folder, name);
    if (name === "package.json") tell(join(project.folder, name));
    if (/^neuralake\.config\.[jt]s$/.test(name ?? "")) config = true;
    if (config) wake();
  });
  const imports = watchImports(project.folder, () => {
    config = true;
    wake();
  });
  // Whoever watches reads all of it first.
  changed.clear();
  signal.addEventListener("abort", () => wake());
  return {
    async next() {
      while (changed.size === 0 && !config && !signal.aborted) await new Promise<void>((resolve) => { wake = resolve; });
      for (let before = -1; before !== changed.size && !signal.aborted;) {
        before = changed.size;
        await wait(restMs);
      }
      if (signal.aborted) return undefined;
      const change = { files: new Set(changed), config };
      changed.clear();
      config = false;
      return change;
    },
    follow: imports.follow,
    close() {
      top.close();
      beside?.close();
      imports.close();
      folders.close();
    },
  };
}

/** Watches the folders of the files that the configuration imports; an editor may put another file in a file's place. */
function watchImports(project: string, tell: () => void): { follow(): void; close(): void } {
  const watchers = new Map<string, FSWatcher>();
  const imported = (): readonly string[] => {
    const config = configFile(project);
    return config === undefined ? [] : configFiles(config).filter((file) => file !== config);
  };
  const follow = (): void => {
    for (const folder of new Set(imported().map((file) => dirname(file)))) {
      if (watchers.has(folder) || !existsSync(folder)) continue;
      const watcher = watch(folder, (_, name) => {
        if (name === null || imported().includes(join(folder, name))) tell();
      });
      watcher.on("error", () => undefined);
      watchers.set(folder, watcher);
    }
  };
  follow();
  return {
    follow,
    close() {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

/** Watches a folder and the folders in it, however many there come to be. Node's own way watches each file. */
function watchFolders(root: string, tell: (file: string) => void): { look(anew: string): void; close(): void } {
  const watchers = new Map<string, FSWatcher>();
  // A folder that took another's place at `anew`, by its name, is another, and so are those in it: who watches the first hears nothing of it.
  const look = (anew: string): void => {
    const found = foldersBelow(root);
    for (const [folder, watcher] of watchers) {
      if (found.includes(folder) && folder !== anew && !folder.startsWith(anew + sep)) continue;
      watcher.close();
      watchers.delete(folder);
      tell(folder);
    }
    for (const folder of found) if (!watchers.has(folder)) add(folder);
  };
  const add = (folder: string): void => {
    const watcher = watch(folder, (kind, name) => {
      if (name !== null && basename(name).startsWith(".")) return;
      const file = name === null ? folder : join(folder, name);
      tell(file);
      if (kind === "rename") look(file);
    });
    // A folder that is gone is noticed by the one it was in.
    watcher.on("error", () => undefined);
    watchers.set(folder, watcher);
    // What came into it before it was watched.
    tell(folder);
  };
  look(root);
  return {
    look,
    close() {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

/** The folder and those in it, links to folders among them; none when it is not there. `around` are those it is in, without links. */
function foldersBelow(folder: string, around: readonly string[] = []): string[] {
  try {
    const real = realpathSync(folder);
    if (around.includes(real)) return [];
    const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.name.startsWith(".") && (entry.isDirectory() || entry.isSymbolicLink()));
    return [folder, ...inner.flatMap((entry) => foldersBelow(join(folder, entry.name), [...around, real]))];
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}
