/** What a function of a system's libraries is for. Kinds, not lists of what some attack used: each names the functions of one interface by the standard that defines it. */
export type SymbolKind =
  | "memory"
  | "protection of memory"
  | "process"
  | "network"
  | "file"
  | "dynamic linking"
  | "accounts"
  | "cryptography"
  | "tracing"

const kinds: readonly { readonly kind: SymbolKind; readonly names: RegExp }[] = [
  // C11 7.22.3, POSIX.
  {
    kind: "memory",
    names: /^(?:malloc|calloc|realloc|free|memalign|posix_memalign|aligned_alloc|valloc|pvalloc|reallocarray|malloc_usable_size)$/,
  },
  { kind: "protection of memory", names: /^(?:mprotect|pkey_mprotect|remap_file_pages|mremap)$/ },
  // POSIX "Process Creation and Execution", and what glibc adds.
  {
    kind: "process",
    names: /^(?:system|popen|exec(?:l|le|lp|v|ve|vp|vpe)|fexecve|posix_spawnp?|v?fork|clone|clone3|daemon|wordexp)$/,
  },
  {
    kind: "network",
    names:
      /^(?:socket|connect|bind|listen|accept4?|send(?:to|msg|mmsg)?|recv(?:from|msg|mmsg)?|getaddrinfo|gethostby(?:name|addr)\w*|res_n?(?:query|search|send)|getsockopt|setsockopt)$/,
  },
  {
    kind: "file",
    names:
      /^(?:open(?:at)?(?:64)?|creat(?:64)?|f(?:re)?open(?:64)?|read|pread(?:64)?|write|pwrite(?:64)?|readdir(?:64)?|opendir|readlink(?:at)?|__?[fl]?x?stat(?:at)?(?:64)?|[fl]?stat(?:at)?(?:64)?|access|unlink(?:at)?|rename(?:at)?|renameat2)$/,
  },
  { kind: "dynamic linking", names: /^(?:dlm?open|dlv?sym|dlclose|dl_iterate_phdr|_dl_\w+)$/ },
  // POSIX pwd.h, grp.h; shadow(3); PAM's modules are not meant: they are asked by these names.
  {
    kind: "accounts",
    names:
      /^(?:getpw(?:nam|uid|ent)(?:_r)?|getgr(?:nam|gid|ent)(?:_r)?|getspnam(?:_r)?|getspent(?:_r)?|crypt(?:_r|_rn|_ra)?|getlogin(?:_r)?|pam_(?:authenticate|acct_mgmt|get_user))$/,
  },
  { kind: "cryptography", names: /^(?:RSA|EVP|EC|ECDSA|DSA|DH|SSL|X509|BIO|RAND)_\w+$|^gnutls_\w+$|^gcry_\w+$|^mbedtls_\w+$/ },
  { kind: "tracing", names: /^(?:ptrace|process_vm_(?:read|write)v)$/ },
]

/** Versions of fortification and of 64-bit offsets count as what they stand for. */
export function kindOf(symbol: string): SymbolKind | undefined {
  const bare = symbol.replace(/^__(\w+)_chk$/, "$1").replace(/^__libc_(?=(?:malloc|free|calloc|realloc|memalign)$)/, "")
  return kinds.find(({ names }) => names.test(bare))?.kind
}

/** What start code of a compiler calls: registers of clones of transactional memory, of profiling and of unwinding. */
const startCode = /^(?:__gmon_start__|_ITM_(?:de)?registerTMCloneTable|__cxa_finalize|__(?:de)?register_frame_info\w*)$/
export const isStartCode = (symbol: string): boolean => startCode.test(symbol)

/**
 * What a resolver may ask: it runs before its own object is relocated whole, so that nothing else is sure to work there (gcc's "ifunc" attribute; glibc's "GNU_IFUNC"). These tell the features
 * of the processor, or are a compiler's guards.
 */
const featureTest =
  /^(?:_?_?get_?cpuid\w*|__?x86_get_(?:cpu_features|cpuid_feature_leaf)|_dl_x86_(?:get_cpu_features|init_cpu_features)|__cpu_(?:indicator_init|model|features2?)|__init_cpu_features(?:_resolver)?|__cpu_features_init|_?_?getauxval|__riscv_hwprobe|__builtin_cpu_\w+|__stack_chk_fail\w*|__ppc_get_hwcap|elf_aux_info|_rtld_global_ro)$/
export const isFeatureTest = (symbol: string): boolean => featureTest.test(symbol)
