import { expect, it } from "vitest"
import { repositoryAddress } from "./forge.ts"

it.each<[string, string | undefined]>([
  ["git+https://forge.example/ann/it.git", "https://forge.example/ann/it.git"],
  ["https://forge.example/ann/it/tree/main/packages/a", "https://forge.example/ann/it"],
  ["https://forge.example/group/sub/it/-/issues", "https://forge.example/group/sub/it"],
  ["https://forge.example/ann/it/", "https://forge.example/ann/it"],
  ["ssh://git@forge.example/ann/it", "ssh://git@forge.example/ann/it"],
  // An owner of that name, whose repositories were taken for a page of the host.
  ["https://forge.example/releases/it.git", "https://forge.example/releases/it.git"],
  ["https://forge.example/ann/wiki", "https://forge.example/ann/wiki"],
  ["ext::sh -c x", undefined],
  ["file:///etc", undefined],
  ["javascript:alert(1)", undefined],
  ["", undefined],
  [`https://forge.example/${"a/".repeat(1100)}`, undefined],
])("%s is the repository %s", (given, expected) => expect(repositoryAddress(given)).toBe(expected))
