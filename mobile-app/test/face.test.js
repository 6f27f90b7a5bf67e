// The built face: small, complete in itself, and one file speaks to the shell.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

test("the face is under 150 KB as it travels", () => {
  const built = files(join(root, "dist"));
  assert.ok(built.length >= 3, "build it first: npm run build");
  const size = built.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);
  console.log(`face: ${(size / 1024).toFixed(1)} KB gzip`);
  assert.ok(size < 150 * 1024, `${size} bytes`);
});

test("the page loads nothing from elsewhere and carries no inline script or style", () => {
  const page = readFileSync(join(root, "dist", "index.html"), "utf8");
  assert.doesNotMatch(page, /(src|href)="(https?:)?\/\//);
  assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  for (const path of files(join(root, "src")).filter((path) => path.endsWith(".svelte"))) {
    const text = readFileSync(path, "utf8");
    assert.doesNotMatch(text, /\sstyle=|\{@html|https?:\/\//, path);
  }
});

test("one file speaks to the shell", () => {
  const speakers = files(join(root, "src")).filter((path) => /\.(ts|svelte)$/.test(path))
    .filter((path) => readFileSync(path, "utf8").includes("@tauri-apps/"));
  assert.deepEqual(speakers, [join(root, "src", "bridge.ts")]);
});

test("nothing of the person is kept by the webview", () => {
  for (const path of files(join(root, "src")).filter((path) => /\.(ts|svelte)$/.test(path))) {
    assert.doesNotMatch(readFileSync(path, "utf8"), /localStorage|sessionStorage|indexedDB|document\.cookie|fetch\(/, path);
  }
});
