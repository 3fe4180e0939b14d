/** Bounds of text: a short prefix for the minimum; for the maximum a short prefix made greater than every text it begins (protocol, "Per-file Statistics"). */

/** Bounds of a column as raw JSON text. */
export interface Bounds { readonly min?: string; readonly max?: string }

/** Characters of a text that statistics keep. */
const prefixMax = 32;
const greatestCharacter = "\u{10FFFF}";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The bounds of texts between two UTF-8 texts, in the order of their bytes. */
export function textBounds([least, greatest]: readonly [Uint8Array, Uint8Array]): Bounds {
  const min = charactersOf(least).slice(0, prefixMax).join("");
  const max = upperBound(greatest);
  return { min: JSON.stringify(min), ...(max === undefined ? {} : { max: JSON.stringify(max) }) };
}

/** One character more than a prefix has, and perhaps a cut one behind; a character of UTF-8 takes at most four bytes. */
function charactersOf(bytes: Uint8Array): string[] {
  return [...decoder.decode(bytes.subarray(0, (prefixMax + 1) * 4))];
}

/** Undefined when the prefix ends in greatest characters, which nothing exceeds. */
function upperBound(bytes: Uint8Array): string | undefined {
  const characters = charactersOf(bytes);
  if (characters.length <= prefixMax) return characters.join("");
  return characters[prefixMax] === greatestCharacter ? undefined : characters.slice(0, prefixMax).join("") + greatestCharacter;
}
