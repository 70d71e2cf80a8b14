// Checks what was built against the browsers in package.json: `node old_browsers.mjs script` or `styles`.
// What it finds is printed, and makes it fail.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const HERE = import.meta.dirname;
const { browserslist } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
const manifest = JSON.parse(readFileSync(join(HERE, "static", "manifest.json"), "utf8"));
const built = (name) => readFileSync(join(HERE, "static", manifest[name]), "utf8");

// What shell/old_browsers.js brings along.
const SUPPLIED = ["Object.fromEntries"];

// Where an old browser shows a lesser look, or knows all that is used of it.
const IGNORED = [
  "css-appearance",
  "css-focus-visible",
  "css-logical-props",
  "css-not-sel-list",
  "css-overflow",
  "css-page-break",
  "css-sticky",
  "prefers-reduced-motion",
  "text-decoration",
];

async function script() {
  const { Linter } = await import("eslint");
  const { default: compat } = await import("eslint-plugin-compat");
  const found = new Linter().verify(built("app.js"), {
    languageOptions: { ecmaVersion: 2018, sourceType: "script", globals: { window: "readonly", document: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: false, noInlineConfig: true },
    plugins: { compat },
    rules: { "compat/compat": "error" },
    settings: { browsers: browserslist, lintAllEsApis: true, polyfills: SUPPLIED },
  });
  return found.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

async function styles() {
  const { default: postcss } = await import("postcss");
  const { default: doiuse } = await import("doiuse");
  const found = [];
  await postcss([doiuse({
    browsers: browserslist,
    ignore: IGNORED,
    onFeatureUsage: ({ feature, usage }) => found.push(`${feature}: ${usage.toString().slice(0, 200)}`),
  })]).process(built("app.css"), { from: undefined });
  // Before Chromium 84 flex boxes know no gap, and the check can't tell these from grids.
  if (/[;{](?:row-|column-)?gap:/.test(built("app.css"))) found.push("gap: use margins");
  return found;
}

const found = await { script, styles }[process.argv[2]]();
for (const line of found) console.log(line);
process.exitCode = found.length ? 1 : 0;
