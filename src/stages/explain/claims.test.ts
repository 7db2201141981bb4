import { expect, test } from "vitest"
import { claimsOf } from "./claims.ts"

const aclocal = [
  "# generated automatically by aclocal 1.16.5 -*- Autoconf -*-\n",
  "# pkg.m4 - Macros to locate and use pkg-config.   -*- Autoconf -*-\n",
  "# serial 9012 (pkg-config-0.29.2)\n",
  "AC_DEFUN([PKG_INSTALLDIR], [])\n",
  "# ltversion.m4 -- version numbers\n",
  "# serial 4179 ltversion.m4\n",
]
const run = (first: number, last: number) => ({ first, last, removed: 0 })

test("a file states the version in its head, whatever of it is covered", () => {
  expect(claimsOf("p/m4/x.m4", ["# x.m4 serial 7\n"], [])).toEqual({ claimed: "serial 7" })
  expect(claimsOf("p/m4/x.m4", ["nothing\n"], [run(1, 1)])).toEqual({})
})

test("a serial that was raised inside of aclocal.m4 is stated of the part that it stands in", () => {
  expect(claimsOf("p/aclocal.m4", aclocal, [run(3, 4)])).toEqual({ claimedParts: [{ part: "pkg.m4", claimed: "serial 9012" }] })
  expect(claimsOf("p/aclocal.m4", aclocal, [run(3, 3), run(6, 6)])).toEqual({
    claimedParts: [
      { part: "pkg.m4", claimed: "serial 9012" },
      { part: "ltversion.m4", claimed: "serial 4179" },
    ],
  })
})

test("what is covered, or stands below no name, states nothing of a part", () => {
  expect(claimsOf("p/aclocal.m4", aclocal, [run(4, 4)])).toEqual({})
  expect(claimsOf("p/aclocal.m4", ["# serial 3\n"], [run(1, 1)])).toEqual({})
})
