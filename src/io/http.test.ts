import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { sha256Of } from "../core/digest.ts"
import { explainFault, type Result } from "../core/fault.ts"
import { limitsDefault } from "../core/limits.ts"
import type { Context } from "./context.ts"
import { createContext } from "./create-context.ts"
import { download, type Expected, fetchMetadata } from "./http.ts"

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void

let folder: string
let server: Server | undefined
const seen: { url: string; range: string | undefined; ifRange: string | undefined; etag: string | undefined }[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "everybyte-http-"))
  seen.length = 0
})
afterEach(async () => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
  await rm(folder, { recursive: true })
})

async function serve(handler: Handler): Promise<string> {
  const made = createServer((request, response) => {
    const { range, "if-range": ifRange, "if-none-match": etag } = request.headers
    seen.push({ url: request.url ?? "", range, ifRange: typeof ifRange === "string" ? ifRange : undefined, etag })
    handler(request, response, seen.length)
  })
  server = made
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve))
  const address = made.address()
  return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}/` : ""
}

const context = (more: Partial<Context> = {}): Context => ({
  ...createContext({ cache: folder, limits: { retriesMax: 3 }, environment: {} }),
  ...more,
})
const body = Buffer.alloc(300_000, "everybyte ")
const expected: Expected = { algorithm: "sha256", hex: sha256Of(body), size: body.byteLength }
const faultOf = (result: Result<unknown>): string => (result.ok ? "no fault" : `${result.fault.kind}: ${explainFault(result.fault)}`)
const pathOf = (result: Result<{ path: string }>): string => {
  if (!result.ok) throw new Error(explainFault(result.fault))
  return result.value.path
}
/** A part of the body, and then the line is cut. */
const cut = (response: ServerResponse, status: number, bytes: Buffer, headers: Record<string, string | number>): void => {
  response.writeHead(status, headers)
  response.write(bytes, () => setTimeout(() => response.destroy(), 30))
}

describe("download", () => {
  it("names an object by its digest, and takes it from the cache the second time", async () => {
    const url = await serve((_, response) => response.end(body))
    const first = await download(url, { expect: expected, what: "it" }, context())
    expect(await readFile(pathOf(first))).toEqual(body)
    expect(pathOf(first)).toBe(join(folder, "objects", expected.hex))
    const second = await download(url, { expect: expected, what: "it" }, context({ offline: true }))
    expect(second.ok && second.value.cached).toBe(true)
    expect(seen.length).toBe(1)
    expect(await readdir(join(folder, "partial"))).toEqual([])
  })

  it("what several ask for at once is fetched once", async () => {
    const url = await serve((_, response) => response.end(body))
    const asked = ["one", "two", "three"].map((name) => download(`${url}${name}`, { expect: expected, what: name }, context()))
    expect((await Promise.all(asked)).map(pathOf)).toEqual(asked.map(() => join(folder, "objects", expected.hex)))
    expect(seen).toHaveLength(1)
  })

  it("what several ask for at once is had from whichever address has it", async () => {
    const url = await serve((request, response) => {
      response.statusCode = request.url === "/here" ? 200 : 404
      response.end(request.url === "/here" ? body : "")
    })
    const asked = ["gone", "here", "lost"].map((name) => download(`${url}${name}`, { expect: expected, what: name }, context()))
    expect(pathOf((await Promise.all(asked))[1] ?? { ok: false, fault: { kind: "usage", why: "nothing", remedy: "" } })).toBe(
      join(folder, "objects", expected.hex),
    )
  })

  it("resumes an interrupted download where it stopped", async () => {
    const headers = { etag: '"one"', "accept-ranges": "bytes" }
    const url = await serve((request, response, count) => {
      if (count === 1) return cut(response, 200, body.subarray(0, 100_000), { ...headers, "content-length": body.byteLength })
      const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0])
      response.writeHead(206, { ...headers, "content-range": `bytes ${start}-${body.byteLength - 1}/${body.byteLength}` })
      response.end(body.subarray(start))
    })
    expect(await readFile(pathOf(await download(url, { what: "it" }, context())))).toEqual(body)
    expect(seen[1]).toMatchObject({ ifRange: '"one"', range: expect.stringMatching(/^bytes=[1-9]\d*-$/) })
  })

  it("resumes in a later run", async () => {
    const url = await serve((request, response, count) => {
      if (count === 1) return cut(response, 200, body.subarray(0, 100_000), { "content-length": body.byteLength })
      const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0])
      response.writeHead(206, { "content-range": `bytes ${start}-${body.byteLength - 1}/${body.byteLength}` })
      response.end(body.subarray(start))
    })
    const hasty = context({ limits: { ...limitsDefault, retriesMax: 0 } })
    expect(faultOf(await download(url, { expect: expected, what: "it" }, hasty))).toMatch(/^unavailable/)
    expect(await readFile(pathOf(await download(url, { expect: expected, what: "it" }, hasty)))).toEqual(body)
    expect(seen[1]?.range).toMatch(/^bytes=[1-9]/)
  })

  it("starts afresh when the server ignores the range", async () => {
    const url = await serve((_, response, count) =>
      count === 1
        ? cut(response, 200, body.subarray(0, 100_000), { etag: '"one"', "content-length": body.byteLength })
        : response.end(body),
    )
    expect(await readFile(pathOf(await download(url, { what: "it" }, context())))).toEqual(body)
  })

  it("starts afresh when the continued bytes do not fit the earlier ones", async () => {
    const url = await serve((request, response, count) => {
      if (count === 1) return cut(response, 200, Buffer.alloc(100_000, "x"), { "content-length": body.byteLength })
      const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0)
      if (start > 0) response.writeHead(206, { "content-range": `bytes ${start}-${body.byteLength - 1}/${body.byteLength}` })
      response.end(body.subarray(start))
    })
    expect(await readFile(pathOf(await download(url, { expect: expected, what: "it" }, context())))).toEqual(body)
    expect(seen.length).toBe(3)
  })

  it("refuses a continuation from another place", async () => {
    const url = await serve((_, response, count) => {
      if (count === 1) return cut(response, 200, body.subarray(0, 100_000), { etag: '"one"', "content-length": body.byteLength })
      if (count === 2)
        return response.writeHead(206, { "content-range": `bytes 5-${body.byteLength - 1}/${body.byteLength}` }).end(body.subarray(5))
      return response.end(body)
    })
    expect(await readFile(pathOf(await download(url, { what: "it" }, context())))).toEqual(body)
  })

  it("keeps nothing of bytes other than the promised", async () => {
    const url = await serve((_, response) => response.end(Buffer.alloc(body.byteLength, "x")))
    expect(faultOf(await download(url, { expect: expected, what: "it" }, context()))).toMatch(/^mismatch: it: expected sha256/)
    expect(await readdir(join(folder, "partial"))).toEqual([])
    expect(await readdir(join(folder, "objects")).catch(() => [])).toEqual([])
  })

  it("ends an endless body", async () => {
    const url = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(body));
        if (!response.destroyed) response.once("drain", more)
      }
      more()
    })
    const small = context({ limits: { ...limitsDefault, artifactBytesMax: 1_000_000 } })
    expect(faultOf(await download(url, { what: "it" }, small))).toMatch(/^over-limit: .*artifactBytesMax/)
    expect(faultOf(await download(url, { expect: expected, what: "it" }, small))).toMatch(/^mismatch: .*300000 bytes/)
    expect(await readdir(join(folder, "partial"))).toEqual([])
  })

  it("ends a redirect loop, and never goes to other schemes", async () => {
    const url = await serve((request, response) =>
      response.writeHead(302, { location: request.url === "/file" ? "file:///etc/passwd" : "/again" }).end(),
    )
    expect(faultOf(await download(url, { what: "it" }, context()))).toMatch(/^unavailable: .*redirects/)
    expect(faultOf(await download(`${url}file`, { what: "it" }, context()))).toMatch(/^unavailable: .*file: addresses are not fetched/)
  })

  it("an address of 200,000 folders, from a registry, was matched with each setting for hours", async () => {
    const url = await serve((_, response) => response.end())
    expect(faultOf(await download(`${url}${"a/".repeat(200_000)}`, { what: "it" }, context()))).toBe(
      "unavailable: it: an address of more than 8192 characters; use another server or a file",
    )
  })

  it("tries again after 500 and 429, not after 404", async () => {
    const url = await serve((request, response, count) => {
      if (request.url === "/none") return response.writeHead(404).end()
      if (count < 3) return response.writeHead(count === 1 ? 500 : 429, { "retry-after": "0" }).end()
      return response.end(body)
    })
    expect(await readFile(pathOf(await download(url, { what: "it" }, context())))).toEqual(body)
    expect(faultOf(await download(`${url}none`, { what: "it" }, context()))).toMatch(/^unavailable: .*answers 404/)
    expect(seen.length).toBe(4)
  })

  it("says what to do when offline", async () => {
    expect(faultOf(await download("http://127.0.0.1:1/", { expect: expected, what: "it" }, context({ offline: true })))).toMatch(
      /run without --offline$/,
    )
  })

  it("fetches a damaged cached object again", async () => {
    const url = await serve((_, response) => response.end(body))
    const path = pathOf(await download(url, { expect: expected, what: "it" }, context()))
    await writeFile(path, Buffer.alloc(body.byteLength, "y"))
    expect(await readFile(pathOf(await download(url, { expect: expected, what: "it" }, context())))).toEqual(body)
    expect(seen.length).toBe(2)
  })

  it("checks other digests too, and finds the object by them", async () => {
    const url = await serve((_, response) => response.end("abc"))
    const expect1: Expected = { algorithm: "sha1", hex: "a9993e364706816aba3e25717850c26c9cd0d89d" }
    expect(pathOf(await download(url, { expect: expect1, what: "it" }, context()))).toContain(sha256Of("abc"))
    expect((await download(url, { expect: expect1, what: "it" }, context({ offline: true }))).ok).toBe(true)
    expect(faultOf(await download(url, { expect: { ...expect1, hex: "00".repeat(20) }, what: "it" }, context()))).toMatch(/^mismatch/)
  })

  it("survives a server that closes while the body is still being taken", async () => {
    const large = Buffer.alloc(20_000_000, "z")
    const url = await serve((_, response) =>
      response.writeHead(200, { connection: "close", "content-length": large.byteLength }).end(large),
    )
    expect((await readFile(pathOf(await download(url, { what: "it" }, context())))).byteLength).toBe(large.byteLength)
  })

  it("takes over the place of a dead process, and leaves that of a living one", async () => {
    const url = await serve((_, response) => response.end(body))
    await mkdir(join(folder, "partial"))
    await writeFile(join(folder, "partial", `${sha256Of(expected.hex)}.lock`), String(process.pid))
    expect(pathOf(await download(url, { expect: expected, what: "it" }, context()))).toContain(expected.hex)
    expect(await readdir(join(folder, "partial"))).toEqual([`${sha256Of(expected.hex)}.lock`])
  })
})

describe("fetchMetadata", () => {
  const options = { what: "a document", maxAgeSeconds: 0 }

  it("asks whether its copy is still good, and uses a young one without asking", async () => {
    const url = await serve((request, response) =>
      request.headers["if-none-match"] === '"v1"' ? response.writeHead(304).end() : response.writeHead(200, { etag: '"v1"' }).end("hello"),
    )
    for (const maxAgeSeconds of [0, 0, 100]) {
      const answer = await fetchMetadata(url, { ...options, maxAgeSeconds: maxAgeSeconds || -1 }, context())
      expect(answer.ok && Buffer.from(answer.value.bytes ?? "").toString()).toBe("hello")
    }
    expect(seen.map((one) => one.etag)).toEqual([undefined, '"v1"'])
  })

  it("remembers that there is none, and uses a stale copy only offline", async () => {
    const url = await serve((request, response) => (request.url === "/none" ? response.writeHead(404).end() : response.end("hello")))
    const none = await fetchMetadata(`${url}none`, options, context())
    expect(none.ok && none.value.bytes).toBe(undefined)
    await fetchMetadata(url, options, context())
    const stale = await fetchMetadata(url, { ...options, maxAgeSeconds: -1 }, context({ offline: true }))
    expect(stale.ok && stale.value.stale).toBe(true)
    expect(faultOf(await fetchMetadata(`${url}other`, options, context({ offline: true })))).toMatch(/run without --offline$/)
  })

  it("drops a damaged copy and bounds a large one", async () => {
    const url = await serve((_, response) => response.end("hello"))
    await fetchMetadata(url, options, context())
    const kept = join(folder, "indexes", "metadata")
    for (const name of (await readdir(kept)).filter((one) => !one.endsWith(".json"))) await writeFile(join(kept, name), "hellO")
    expect(faultOf(await fetchMetadata(url, options, context({ offline: true })))).toMatch(/^unavailable/)
    const again = await fetchMetadata(url, { ...options, maxAgeSeconds: 100 }, context())
    expect(again.ok && Buffer.from(again.value.bytes ?? "").toString()).toBe("hello")
    const small = context({ limits: { ...limitsDefault, documentBytesMax: 3 } })
    expect(faultOf(await fetchMetadata(`${url}x`, options, small))).toMatch(/^over-limit/)
  })
})
