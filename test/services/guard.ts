/**
 * Sees to it that a service and its folder end with the process that started it, also when that one is killed: a small shell waits at the
 * other end of a pipe, and when the pipe closes without a word it kills the service and removes the folder.
 */
import { spawn } from "node:child_process";

export interface Guard {
  /** From now on this process is the one to kill. */
  watch(pid: number): void;
  /** All was ended in order: nothing is left to do. */
  done(): void;
}

const script = `
while read -r word; do
  case $word in done) exit 0 ;; *) pid=$word ;; esac
done
if [ -n "$pid" ]; then
  kill -9 "$pid" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
fi
rm -rf -- "$1"
`;

/** A guard of a service's folder; it is no part of this process's group, so that Ctrl-C does not end it first. */
export function openGuard(folder: string): Guard {
  const shell = spawn("sh", ["-c", script, "guard", folder], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return {
    watch: (pid) => shell.stdin.write(`${pid}\n`),
    done: () => shell.stdin.end("done\n"),
  };
}
