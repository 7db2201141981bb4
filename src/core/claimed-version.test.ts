import { expect, it } from "vitest"
import { claimedVersion } from "./claimed-version.ts"

it.each([
  ["# foo.m4 serial 78\n", "serial 78"],
  ["# po.m4 serial 35 (gettext-0.23)\n", "serial 35"],
  ["#serial 5\n", "serial 5"],
  ["# serial 3337 ltversion.m4\n", "serial 3337"],
  ["dnl serial 2\n", "serial 2"],
  ["timestamp='2024-01-01'\n", "timestamp 2024-01-01"],
  ["scriptversion=2018-03-07.03; # UTC\n", "scriptversion 2018-03-07.03"],
  ["\\def\\texinfoversion{2024-02-10.22}\n", "scriptversion 2024-02-10.22"],
  ["VERSION=2.4.7\n", "version 2.4.7"],
  ['VERSION="2.4.7 Debian-2.4.7-4"\n', "version 2.4.7"],
])("reads %j", (line, claimed) => {
  expect(claimedVersion(["#! /bin/sh\n", line, "# serial 999\n"])).toBe(claimed)
})

it.each([
  "# the serial number 5 is not a claim\n",
  "  serial 5\n",
  "# serial five\n",
  "timestamp='now'\n",
  `#${" ".repeat(300)}serial 5\n`,
])("does not read %j", (line) => {
  expect(claimedVersion([line])).toBeUndefined()
})

it("looks only at the head of a text", () => {
  expect(claimedVersion([...Array.from({ length: 700 }, () => "x\n"), "# serial 5\n"])).toBeUndefined()
})
