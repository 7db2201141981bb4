import { expect, test } from "vitest"
import type { PageEntry } from "../src/model/exhibit.ts"
import { foldersOf, wayTo } from "./folders.ts"

const entry = (path: string, size = 1, toRead = 0): PageEntry => ({
  path,
  kind: "source",
  size,
  opaque: false,
  toRead,
  danger: "others",
  remains: "",
  facts: [],
})

test("each folder adds up what is below it, and its id is its place in the list", () => {
  const folders = foldersOf([entry("a/b/one", 3, 1), entry("a/two", 4), entry("three", 5)])
  expect(folders.map(({ id, path, bytes, entries, toRead }) => [id, path, bytes, entries, toRead])).toEqual([
    [0, "", 12, 3, 1],
    [1, "a/", 7, 2, 1],
    [2, "a/b/", 3, 1, 1],
  ])
})

test("a folder that holds one folder and nothing else is one with it, and its inside knows the way", () => {
  const [root, only, inner] = foldersOf([entry("a/b/c/x"), entry("a/b/c/d/y"), entry("z")])
  expect([root?.path, only?.path, inner?.path]).toEqual(["", "a/b/c/", "a/b/c/d/"])
  expect(inner === undefined ? [] : wayTo(inner).map(({ name }) => name)).toEqual(["", "a/b/c", "d"])
})

test("a path of two thousand folders, and names of object properties, are only names", () => {
  const folders = foldersOf([entry(`${"d/".repeat(2000)}x`), entry("d/e/y"), entry("__proto__/constructor")])
  expect(folders[0]?.entries).toBe(3)
  expect(folders.length).toBeLessThan(60)
  expect(folders.map(({ path }) => path)).toContain("__proto__/")
})
