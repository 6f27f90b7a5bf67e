import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// One page, built into the program; the server here is for developing only.
export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  server: { host: process.env.TAURI_DEV_HOST || "127.0.0.1", port: 1420, strictPort: true, fs: { allow: [".."] } },
  build: { target: "safari16", sourcemap: false, assetsInlineLimit: 0, modulePreload: false },
});
