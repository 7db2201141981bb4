/**
 * `npm run build:web`: bundles `web/` into `src/reporters/html/client-generated.ts`, which is committed, so that a fresh clone needs no build.
 * The same sources give the same bytes; test/browser/client.test.ts fails when the file is stale.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "vite"

const root = fileURLToPath(new URL("..", import.meta.url))
export const generatedPath = join(root, "src/reporters/html/client-generated.ts")

/** The module's text: the script and the style sheet as strings. */
export async function generateClient(): Promise<string> {
  const [client, style] = [await bundle(), squeezed(readFileSync(join(root, "web/style.css"), "utf8"))]
  for (const text of [client, style]) if (/<\/|<!--/.test(text)) throw new Error("the bundle would end its own element")
  return [
    "// Made by `npm run build:web` from web/. Do not edit.",
    `export const client = ${JSON.stringify(client)}`,
    `export const style = ${JSON.stringify(style)}`,
    "",
  ].join("\n")
}

async function bundle(): Promise<string> {
  const made = await build({
    root: join(root, "web"),
    configFile: false,
    logLevel: "error",
    publicDir: false,
    build: { write: false, minify: true, target: "es2024", lib: { entry: "main.ts", formats: ["iife"], name: "everybyte" } },
  })
  const outputs = (Array.isArray(made) ? made : [made]).flatMap((one) => ("output" in one ? one.output : []))
  const chunks = outputs.flatMap((one) => (one.type === "chunk" ? [one.code] : []))
  if (chunks.length !== 1 || chunks[0] === undefined) throw new Error(`${chunks.length} bundles instead of one`)
  return chunks[0].trim()
}

/** Without indentation and line ends; nothing in our style sheet depends on them. */
const squeezed = (css: string): string => css.replaceAll(/\s*\n\s*/g, " ").trim()

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(generatedPath, await generateClient())
