/** Which of the known names an unknown one was most likely meant to be. */

/** The nearest of `known`; undefined when none is near enough to be worth saying. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * The one of `known` that `name` can only be a slip of: other capitals, or one letter wrong, missing, too many or turned round with the
 * next. Undefined when there are several, when a digit differs (Int33 may be Int32 or Int8), and for names too short to tell.
 */
export function onlySlip(name: string, known: Iterable<string>): string | undefined {
  const others = [...new Set(known)].filter((other) => other !== name);
  const spelled = others.filter((other) => other.toLowerCase() === name.toLowerCase());
  const [slip, second] = spelled.length > 0 ? spelled : others.filter((other) => isSlip(name.toLowerCase(), other.toLowerCase()));
  return second === undefined ? slip : undefined;
}

function isSlip(left: string, right: string): boolean {
  if (Math.min(left.length, right.length) < 3 || left.replace(/\D/g, "") !== right.replace(/\D/g, "")) return false;
  if (editDistance(left, right) === 1) return true;
  const at = [...left].findIndex((letter, index) => letter !== right[index]);
  return at >= 0 && left.length === right.length && left.slice(0, at) + (left[at + 1] ?? "") + left[at] + left.slice(at + 2) === right;
}

/** A sentence that helps out: `Did you mean fare?`, or the names there are. */
export function suggest(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (known.length === 0) return "There is none here.";
  return `Known here: ${known.slice(0, 12).join(", ")}${known.length > 12 ? ", …" : "."}`;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
