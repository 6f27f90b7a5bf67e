// Words of the app: Malay first. Every key stands in both files; `test/words.test.js` sees to it.
import { bridge, type Lang } from "../bridge";
import en from "../words/en.json";
import ms from "../words/ms.json";

export type Key = keyof typeof ms;
const files: Record<Lang, Record<Key, string>> = { ms, en };

let lang = $state<Lang>("ms");

export const language = {
  get now(): Lang { return lang; },
  /** Shows another language; the server is told by the shell. */
  show(next: Lang) {
    lang = next;
    document.documentElement.lang = next;
  },
  async choose(next: Lang) {
    await bridge.speak(next);
    language.show(next);
  },
};

/** The words of `key`, with `{name}` filled in. */
export function say(key: Key, values: Record<string, string | number> = {}): string {
  return files[lang][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The words of a key that is put together at run time, or nothing. */
export function sayIf(key: string, values: Record<string, string | number> = {}): string {
  return key in ms ? say(key as Key, values) : "";
}

/** How long, in the largest unit that says it: for waits and clocks that are off. */
export function span(seconds: number): string {
  const whole = Math.abs(seconds);
  if (whole < 90) return say("span-seconds", { n: whole });
  if (whole < 90 * 60) return say("span-minutes", { n: Math.round(whole / 60) });
  if (whole < 36 * 3600) return say("span-hours", { n: Math.round(whole / 3600) });
  return say("span-days", { n: Math.round(whole / 86400) });
}
