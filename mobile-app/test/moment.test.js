// One form of date and time in the app: the portal's (PUB-UI-3).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const source = readFileSync(fileURLToPath(new URL("../src/lib/moment.ts", import.meta.url)), "utf8");
const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext } });
const { moment } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
const utc = (text) => Date.parse(text) / 1000;

const MOMENTS = [
  ["2025-04-25T07:49:00Z", "25/04/2025 15:49 MYT"],
  ["2025-04-25T07:49:59Z", "25/04/2025 15:49 MYT"],
  ["2025-12-31T15:59:59Z", "31/12/2025 23:59 MYT"],
  ["2025-12-31T16:00:00Z", "01/01/2026 00:00 MYT"],
  ["2026-01-01T00:00:00Z", "01/01/2026 08:00 MYT"],
  ["2028-02-29T01:02:00Z", "29/02/2028 09:02 MYT"],
];

test("a moment is day, month, year, hour and minute in Malaysia, wherever the phone is", () => {
  const here = process.env.TZ;
  for (const zone of ["UTC", "Asia/Kuala_Lumpur", "America/New_York", "Pacific/Kiritimati"]) {
    process.env.TZ = zone;
    for (const [at, shown] of MOMENTS) assert.equal(moment(utc(at)), shown, zone);
  }
  if (here === undefined) delete process.env.TZ;
  else process.env.TZ = here;
});
