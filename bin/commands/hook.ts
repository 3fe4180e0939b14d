/** `neuralake hook`: what the hooks of a repository call (`neuralake init --hook`); people have no use for it, so it is not in the list of commands. */
import { Argument } from "commander";
import type { DefineCommand } from "../command.ts";
import type { LakeOptions } from "../project.ts";
import { openRepository } from "../push/git.ts";
import { hookNames, type HookName } from "../push/install-hooks.ts";
import { judgePush } from "../push/judge-push.ts";
import { receivePush } from "../push/receive-push.ts";
import { readUpdate } from "../push/updates.ts";

export const defineHook: DefineCommand = (program, terminal) => {
  program
    .command("hook", { hidden: true })
    .addArgument(new Argument("<name>", "which of git's hooks calls").choices(hookNames))
    .argument("<dir>", "the live project")
    .option("--root <dir>", "where the lake lies")
    .option("--env <name>", "environment of neuralake.config.ts")
    .action(async (name: HookName, live: string, options: LakeOptions) => {
      const repository = await openRepository(process.cwd());
      const { commit, elsewhere } = await readUpdate(process.stdin, repository.branch);
      if (commit === undefined) {
        if (elsewhere && name === "post-receive") terminal.note(`neuralake: only ${repository.branch.replace("refs/heads/", "")} is published; the lake is as it was`);
        return;
      }
      if (name === "pre-receive") return await judgePush(repository, commit, live, options, terminal);
      // What was accepted is published even when the one who pushed hangs up.
      process.on("SIGHUP", () => undefined);
      await receivePush(repository, live, options, terminal).catch((error: unknown) => {
        terminal.note(`neuralake: the push stands, but not all of it was done. The next push mends that, and so does \`neuralake apply\` in ${live}. What went wrong:`);
        throw error;
      });
    });
};
