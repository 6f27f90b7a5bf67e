// The two languages say the same things, with the same values, and nothing that no screen says.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src", import.meta.url));
const words = (lang) => JSON.parse(readFileSync(join(src, "words", `${lang}.json`), "utf8"));
const [ms, en] = [words("ms"), words("en")];
const values = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((hit) => hit[1]).sort().join();

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.(svelte|ts)$/.test(name) ? [path] : [];
  });
}

test("every message stands in both languages with the same values", () => {
  assert.deepEqual(Object.keys(en), Object.keys(ms));
  for (const key of Object.keys(ms)) {
    assert.ok(ms[key].trim() && en[key].trim(), key);
    assert.equal(values(en[key]), values(ms[key]), key);
  }
});

test("no message is there for nobody", () => {
  const code = files(src).map((path) => readFileSync(path, "utf8")).join("\n");
  // Keys that are put together at run time begin with one of these.
  const families = [...code.matchAll(/`([a-z]+-)\$\{/g)].map((hit) => hit[1]).concat("home-");
  const idle = Object.keys(ms).filter((key) => !code.includes(`"${key}"`) && !families.some((start) => key.startsWith(start)));
  assert.deepEqual(idle, []);
});

test("every reason and every state that the core knows has words", () => {
  const rust = (path) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");
  const reasons = [...rust("../../shared/src/picture/mod.rs").matchAll(/Self::\w+ => "([a-z-]+)"/g)].map((hit) => hit[1]);
  assert.ok(reasons.length >= 9, "the list of reasons was not understood");
  for (const reason of reasons) assert.ok(`reason-${reason}` in ms, reason);
  const troubles = [...rust("../src-tauri/src/trouble.rs").matchAll(/Self::(?:of|counted)\("([a-z-]+)"/g)].map((hit) => hit[1]);
  assert.ok(troubles.length >= 14, "the list of troubles was not understood");
  troubles.push(...[...rust("../core/src/secure.rs").matchAll(/=> "(keyring-[a-z]+)"/g)].map((hit) => hit[1]));
  assert.ok(troubles.filter((code) => code.startsWith("keyring-")).length === 3, "the troubles of the keyring");
  for (const code of troubles) assert.ok(`trouble-${code}` in ms && `remedy-${code}` in ms, code);
  const done = ["bind", "approve", "code", "capture", "phone", "transfer"]
    .flatMap((name) => [...rust(`../core/src/${name}.rs`).matchAll(/\.note\([^;]*?"([a-z-]+)"/gs)].map((hit) => hit[1]));
  for (const kind of done) assert.ok(`did-${kind}` in ms, kind);
});
