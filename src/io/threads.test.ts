import { describe, expect, it } from "vitest"
import { Thread, ThreadLostError } from "./threads.ts"

const options = { name: "made", data: undefined, heapBytesMax: 2 ** 28 }
/** A file that answers as ours do. */
const answering = (answer: string): string => {
  const threads = new URL("./threads.ts", import.meta.url).href
  return `data:text/javascript,${encodeURIComponent(`import { answerInThread } from "${threads}"; answerInThread("made", () => async (asked) => { ${answer} })`)}`
}

describe("a thread", () => {
  it("answers each question in its turn, and says of one that it failed", async () => {
    const thread = new Thread<number, number>({
      ...options,
      module: answering('if (asked === 2) throw new Error("not two"); return asked * 2'),
    })
    const answers = await Promise.allSettled([1, 2, 3].map((asked) => thread.ask(asked)))
    await thread.end()
    expect(answers.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason)))).toEqual([2, "Error: not two", 6])
  })

  it("is started again where it was lost, at a question or after one", async () => {
    const lose = 'if (asked === 2) { setTimeout(() => { throw new Error("lost") }); await new Promise(() => {}) }'
    const idle = 'if (asked === 4) setTimeout(() => { throw new Error("lost later") }, 20)'
    const thread = new Thread<number, number>({ ...options, module: answering(`${lose} ${idle}; return asked`) })
    const [one, two, three] = await Promise.allSettled([1, 2, 3].map((asked) => thread.ask(asked)))
    expect([one, three].map((settled) => settled?.status === "fulfilled" && settled.value)).toEqual([1, 3])
    expect(two?.status === "rejected" && two.reason).toBeInstanceOf(ThreadLostError)
    expect(await thread.ask(4)).toBe(4)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await thread.ask(5)).toBe(5)
    await thread.end()
  })

  it("that does not start says so of every question", async () => {
    const thread = new Thread<number, number>({ ...options, module: "data:text/javascript,throw new Error('no start')" })
    await expect(thread.ask(1)).rejects.toThrow("no start")
    await expect(thread.ask(2)).rejects.toThrow("no start")
    await thread.end()
  })
})
