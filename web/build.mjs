// Builds what browsers load: one style sheet, one script, one sprite of icons, each with its hash in its name and
// compressed beforehand. `python -m web.build` runs it; nothing here calls npm.
import { readFileSync, writeFileSync, mkdirSync, rmSync, readdirSync, renameSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { brotliCompressSync, gzipSync, constants } from "node:zlib";
import esbuild from "esbuild";
import * as sass from "sass";

const HERE = import.meta.dirname;
const TARGET = ["chrome69"];
// Stock htmx fails in the oldest Chromium that offices run; written for an even older one it works there.
const SCRIPT_TARGET = ["chrome63"];
const folder = join(HERE, "static.new");

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const manifest = {};

function keep(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  writeFileSync(join(folder, hashed), bytes);
  writeFileSync(join(folder, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  writeFileSync(join(folder, `${hashed}.br`), brotliCompressSync(bytes, brotli));
  manifest[name] = hashed;
}

const styles = sass.compile(join(HERE, "shell", "app.scss"), {
  loadPaths: [join(HERE, "node_modules"), HERE],
  quietDeps: true,
  silenceDeprecations: ["import"],
  charset: false,
});
const sheet = await esbuild.transform(styles.css, { loader: "css", target: TARGET, minify: true });
keep("app.css", sheet.code);

const script = await esbuild.build({
  entryPoints: [join(HERE, "shell", "app.js")],
  bundle: true,
  write: false,
  minify: true,
  format: "iife",
  target: SCRIPT_TARGET,
  legalComments: "none",
});
keep("app.js", script.outputFiles[0].contents);

// For who programs, in a browser of today.
const reference = await esbuild.build({
  entryPoints: [join(HERE, "reference", "reference.js")],
  bundle: true,
  write: false,
  minify: true,
  format: "iife",
  target: ["es2020"],
  legalComments: "none",
});
keep("reference.js", reference.outputFiles[0].contents);
keep("reference.css", readFileSync(join(HERE, "node_modules", "swagger-ui-dist", "swagger-ui.css")));

// Templates name icons as {{ icon("pin") }}, Python as symbol="pin": those that are named are in the sprite.
const named = new Set();
for (const entry of readdirSync(HERE, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(html|py)$/.test(entry.name) || entry.parentPath.includes("node_modules")) continue;
  const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
  for (const [, ...found] of text.matchAll(/\b(?:icon\(|empty\(|symbol=)"([a-z0-9-]+)"(?: if [^,)]*? else "([a-z0-9-]+)")?/g)) {
    found.filter(Boolean).forEach((name) => named.add(name));
  }
}
const symbols = [...named].sort().map((name) => {
  const file = join(HERE, "node_modules", "bootstrap-icons", "icons", `${name}.svg`);
  const [, box, inner] = readFileSync(file, "utf8").match(/viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/);
  return `<symbol id="${name}" viewBox="${box}">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
});
keep("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);

writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
rmSync(join(HERE, "static"), { recursive: true, force: true });
renameSync(folder, join(HERE, "static"));
