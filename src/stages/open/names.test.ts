import { expect, it } from "vitest"
import type { Anomaly } from "../../core/anomaly.ts"
import { NameCheck } from "./names.ts"

it("a directory told again and again passed in silence, each time with another date, mode and owner", () => {
  const said: Omit<Anomaly, "layer">[] = []
  const names = new NameCheck((anomaly) => said.push(anomaly))
  for (const path of ["a", "a/b", "a"]) names.addDirectory(path, 0o755)
  names.finish()
  expect(said.map(({ kind, severity, path }) => [kind, severity, path])).toEqual([
    ["duplicate-name", "review", "a"],
    ["empty-directory", "note", "a/b"],
  ])
})
