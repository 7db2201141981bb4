/**
 * The command line as one script instead of three hundred modules: a run of it starts 0.12 s sooner.
 *
 *   node tools/bundle.ts FOLDER            FOLDER/main.js, as `npm run build` and tools/node.mjs want it; its `../../data` must be ours
 *   node tools/bundle.ts FOLDER SCRIPT     the same of another script of this checkout, for benches: they measure what users start
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"

const root = fileURLToPath(new URL("..", import.meta.url))
const [folder = join(root, "dist/cli"), script = "src/cli/main.ts"] = process.argv.slice(2)
/** Chunks of an earlier bundle are kept so long for the runs that still use it. */
const keptMilliseconds = 24 * 3600 * 1000

const started = new Date()
const bundle = await rolldown({
  cwd: root,
  // The threads that decode xz, scan with YARA and read texts are started from files of their own.
  input: {
    main: script,
    "xz-worker": "src/io/xz-worker.ts",
    "yara-worker": "src/io/yara-worker.ts",
    readers: "src/stages/inspect/readers.ts",
  },
  platform: "node",
  // openpgp is LGPL and stays a package that a user can replace. yarn's reader is CommonJS whose default export node and a bundler take for different things.
  // iced-x86 reads its WebAssembly from beside itself, yara-x's is read from beside it, and web-tree-sitter asks its surroundings what it runs in. All are loaded only where they are needed.
  external: ["iced-x86", "openpgp", "@yarnpkg/lockfile", "web-tree-sitter", "@virustotal/yara-x"],
})
const { output } = await bundle.generate({ format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" })
mkdirSync(folder, { recursive: true })
// What others name comes first, and each file at once: another run may be reading.
for (const chunk of output.toReversed()) {
  const [path, part] = [join(folder, chunk.fileName), join(folder, `${chunk.fileName}.${process.pid}`)]
  writeFileSync(part, chunk.type === "chunk" ? chunk.code : chunk.source)
  renameSync(part, path)
}
const names = new Set(output.map(({ fileName }) => fileName))
for (const name of readdirSync(folder)) {
  const path = join(folder, name)
  if (!names.has(name) && Date.now() - statSync(path).mtimeMs > keptMilliseconds) rmSync(path)
}
// As old as its sources: what changed while it was made is newer.
utimesSync(join(folder, "main.js"), started, started)
