/** The little of WebAssembly's interface for scripts that we name; the library of types that has it whole is a browser's. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number })
    readonly buffer: ArrayBuffer
  }
}
