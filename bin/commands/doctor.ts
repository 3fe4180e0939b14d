/** `neuralake doctor`: what is wrong with this machine, this configuration and this lake, and how to mend it. */
import { addLakeCommand, endWith, type DefineCommand } from "../command.ts";
import { lookAtAll, type Finding } from "../doctor-checks.ts";
import type { LakeOptions } from "../project.ts";

export const defineDoctor: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "doctor",
    summary: "tell what is wrong with this machine, this configuration and this lake, and how to mend it; exit 3 when anything is",
    examples: ["neuralake doctor", "neuralake doctor --env prod --json"],
  }).action(async (options: LakeOptions) => {
    const findings: Finding[] = [];
    for await (const finding of lookAtAll(options, terminal)) {
      terminal.signal.throwIfAborted();
      findings.push(finding);
      await tell(finding);
    }
    if (terminal.json) await terminal.printJson(findings);
    endWith(findings.every(({ ok }) => ok) ? 0 : 3);
  });

  async function tell({ about, ok, text, hint }: Finding): Promise<void> {
    if (terminal.json) return;
    const { style } = terminal;
    await terminal.print(`${ok ? style.quiet("ok   ") : style.coral("wrong")} ${style.strong(about)}  ${text.replace(/\.$/, "")}`);
    if (hint !== undefined) await terminal.print(`      ${style.quiet(hint)}`);
  }
};
