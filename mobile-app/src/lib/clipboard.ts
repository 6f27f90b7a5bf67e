// A code that was copied does not stay in the clipboard.
const LIFE = 30_000;
let last = "";

export async function copy(code: string): Promise<void> {
  await navigator.clipboard.writeText(code);
  last = code;
  setTimeout(() => void clear(code), LIFE);
}

async function clear(code: string) {
  if (last !== code) return;
  last = "";
  await navigator.clipboard.writeText("").catch(() => undefined);
}
