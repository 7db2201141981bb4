import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { json } from "../src/reporters/json.ts"
import { text } from "../src/reporters/text.ts"
import { temporary } from "./fixtures/repository.ts"
import { wholeReport } from "./fixtures/whole-report.ts"

const look = { columns: 1000, colour: false, command: "everybyte" }
const show = (...words: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, "../src/cli/main.ts"), "show", ...words], {
    encoding: "utf8",
    env: { ...process.env, EVERYBYTE_COMMAND: "" },
  })

test("a report that was kept as JSON is shown in another form, and its verdict is no exit code", () => {
  using folder = temporary()
  const file = join(folder.path, "report.json")
  writeFileSync(file, json.render(wholeReport))
  expect(show(file)).toMatchObject({ status: 0, stdout: text.render(wholeReport, look) })
  const again = join(folder.path, "again.json")
  expect(show(file, "--format", "json", "-o", again).status).toBe(0)
  expect(readFileSync(again)).toEqual(readFileSync(file))
})

test("what is no report is refused: another schema, another file, none", () => {
  using folder = temporary()
  const file = join(folder.path, "report.json")
  for (const bytes of ["", "{", "[]", '{"schema":"everybyte.report/1"}', json.render(wholeReport).replace("report/1", "report/2")]) {
    writeFileSync(file, bytes)
    expect(show(file)).toMatchObject({ status: 2, stdout: "" })
  }
  expect(show(join(folder.path, "none.json"))).toMatchObject({ status: 3, stdout: "" })
})
