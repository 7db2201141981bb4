/** Every maximum of the program, by name (style law 6). Reaching one is a fault or an anomaly, never silence. */
export const limitsDefault = {
  /** Bytes of one artifact as downloaded or found. */
  artifactBytesMax: 8 * 2 ** 30,
  /** Bytes of one layer after decompression. */
  layerBytesMax: 32 * 2 ** 30,
  /** Decompressed over compressed bytes, checked once a layer is larger than `ratioFreeBytes`. */
  ratioMax: 2000,
  ratioFreeBytes: 64 * 2 ** 20,
  /** Containers inside containers. */
  depthMax: 8,
  /** Their JSON report still fits one string of V8 (2^29 characters). */
  entriesMax: 500_000,
  /** The same for one artifact and all containers inside it: bytes read of layers and entries, bytes written to disk, entries. */
  unpackedBytesRunMax: 256 * 2 ** 30,
  spilledBytesRunMax: 64 * 2 ** 30,
  entriesRunMax: 500_000,
  nameBytesMax: 4096,
  /** Bytes of one pax or GNU extended header. */
  extendedHeaderBytesMax: 1 << 20,
  /** Bytes of one header of an rpm, which is held whole. */
  rpmHeaderBytesMax: 64 * 2 ** 20,
  /** Its entries; rpm itself reads no more. */
  rpmTagsMax: 0xffff,
  /** OpenPGP signatures of one rpm that are checked; rpmsign writes two. */
  rpmSignaturesMax: 32,
  /** Objects of one git pack; linux has 10 million. */
  packObjectsMax: 20_000_000,
  /** Different owners (ids and names of user and group) in one tar archive; none of 100 releases has more than 2. */
  ownersMax: 16,
  /** Bytes of the header of a 7z archive, packed and not, which is held whole; and its packed streams, folders and the coders of them all. */
  sevenZipHeaderBytesMax: 64 * 2 ** 20,
  sevenZipCodersMax: 500_000,
  /** Properties of an archive, and of its files; a writer needs ten. */
  sevenZipPropertiesMax: 1000,
  gzipMembersMax: 10_000,
  xzBlocksMax: 1_000_000,
  /** Streams, members or frames of one bzip2, lzip or zstd layer, and blocks of one zstd frame. */
  streamsMax: 1_000_000,
  /** Blocks of one bzip2 layer; bzip2 -1 has 343,000 in 32 GiB. */
  bzip2BlocksMax: 1_000_000,
  zstdBlocksMax: 100_000_000,
  /** What a decoder must remember of its own output: zstd's window, the dictionary of LZMA. */
  dictionaryBytesMax: 512 * 2 ** 20,
  /** Listed of one artifact and all containers inside it. */
  anomaliesMax: 10_000,
  unexplainedRunsMax: 10_000,
  /** Bytes of one entry or blob that is compared line by line; a larger one is unexplained as a whole. */
  textBytesMax: 64 * 2 ** 20,
  /** Line comparisons that one diff may cost; beyond it the base is dropped. */
  diffStepsMax: 50_000_000,
  /** The same over all diffs of a run. */
  diffStepsRunMax: 2_000_000_000,
  /** Containers that are opened inside an artifact because nothing explains them whole. */
  nestedMax: 1000,
  /** Different `$Format:...$` placeholders that are expanded. */
  formatsMax: 200,
  treesMax: 2_000_000,
  /** Bytes of one git commit or tree, and of one index of a registry after decompression. */
  objectBytesMax: 256 * 2 ** 20,
  metadataBytesMax: 256 * 2 ** 20,
  /** Bytes of one document of a registry, or of the index of an asar archive, which is held whole: as JSON it takes up to 25 times its size in memory. */
  documentBytesMax: 16 * 2 ** 20,
  /** Comments right above one line of a go.mod, and versions that it takes back. */
  goModCommentsMax: 10_000,
  goModRetractionsMax: 10_000,
  /** Bytes of one file that a recipe reads or computes. */
  recipeBytesMax: 16 * 2 ** 20,
  /** Bytes of a policy file. */
  policyBytesMax: 2 ** 20,
  /** YARA rules of the user's choice: files, and bytes of all; bytes of one content that is scanned; occurrences of one string that a condition counts; contents that are listed of one rule, and of those that were not scanned; seconds for one content (and for compiling the rules) and for all; and memory after which the engine is started anew. */
  yaraFilesMax: 10_000,
  yaraRulesBytesMax: 64 * 2 ** 20,
  yaraBytesMax: 128 * 2 ** 20,
  yaraStringsMax: 10_000,
  yaraMatchesMax: 1000,
  yaraUnscannedMax: 1000,
  yaraSecondsMax: 20,
  yaraSecondsRunMax: 900,
  yaraHeapBytesMax: 512 * 2 ** 20,
  /** Bytes and components of an SBOM that is audited. */
  sbomBytesMax: 64 * 2 ** 20,
  sbomComponentsMax: 20_000,
  historyCommitsMax: 2_000_000,
  /** Changes of files that a traced history keeps. */
  historyChangesMax: 5_000_000,
  /** Bytes of a history that is kept for the next trace of the same; a larger one is read anew. */
  keptHistoryBytesMax: 512 * 2 ** 20,
  /** Diffs that are read to compare commits of a traced history, bytes and time; signed commits and tags of it that are verified. */
  patchBytesMax: 4 * 2 ** 30,
  patchSecondsMax: 600,
  gitSignaturesMax: 100_000,
  /** Contents that a trace looks at, of a tree and of commits that brought something opaque, and their bytes. */
  traceBlobsMax: 500_000,
  traceBytesRunMax: 16 * 2 ** 30,
  /** Of an audit's report: people and events of the release's commits, and tags that are weighed as the one before it. */
  releasePeopleMax: 1000,
  releaseEventsMax: 1000,
  tagsBeforeMax: 16,
  /** Opaque files that a trace lists, and versions of one: the first and the last of more. */
  opaqueFilesMax: 20_000,
  opaqueVersionsMax: 1000,
  /** Looking into one opaque file and what is in it: bytes with all that is decoded, layers, and opaque members of archives that are listed; and the same over all opaque files. */
  insideBytesMax: 64 * 2 ** 20,
  insideLayersMax: 100,
  insideMembersMax: 100,
  insideBytesRunMax: 512 * 2 ** 20,
  insideLayersRunMax: 5000,
  insideMembersRunMax: 20_000,
  /** Files that are blamed, lines of one, seconds for one and for all. */
  blameFilesMax: 50_000,
  blameLinesMax: 500_000,
  blameSecondsMax: 120,
  blameSecondsRunMax: 1800,
  /** Exports of forges: bytes of one and of one pull in it, pulls with their commits and reviews of all, and how often a review is held against a commit. */
  forgeExportBytesMax: 2 ** 30,
  forgePullBytesMax: 16 * 2 ** 20,
  forgePartsMax: 4_000_000,
  forgeStepsMax: 4_000_000,
  /** Ignore files of which git is asked what they keep out of a release's repository, seconds for all, and entries that are listed. */
  ignoreFilesMax: 1000,
  ignoreSecondsMax: 120,
  ignoredMax: 10_000,
  /** Versions of manifests that are looked into for homepages, and their bytes. */
  manifestBlobsMax: 200_000,
  manifestBytesRunMax: 2 ** 30,
  /** Files that are listed with who brought them, and runs of newer lines in all of them. */
  handledFilesMax: 50_000,
  handledRunsMax: 200_000,
  refsMax: 200_000,
  cacheBytesMax: 20 * 2 ** 30,
  /** Bytes of a report that is kept for the next audit of the same; a larger one is made again. */
  keptReportBytesMax: 128 * 2 ** 20,
  /** Packages of one toolchain, and bytes and entries that it is unpacked to. */
  toolchainPackagesMax: 5000,
  toolchainBytesMax: 32 * 2 ** 30,
  toolchainEntriesMax: 2_000_000,
  retriesMax: 4,
  redirectsMax: 10,
  /** Texts that the HTML report carries: entries, bytes of one text and its base, and bytes of all. */
  exhibitsMax: 5000,
  exhibitBytesMax: 4 * 2 ** 20,
  exhibitBytesRunMax: 24 * 2 ** 20,
  /** Known origins: bytes and lines of one text whose lines are learned (a larger one is known by its digest), and files and different lines of one index. */
  originTextBytesMax: 8 * 2 ** 20,
  originTextLinesMax: 200_000,
  originFilesMax: 500_000,
  originLinesMax: 8_000_000,
  originIndexBytesMax: 2 ** 30,
  /** Attestations that a registry gives of one release and that are checked, and log entries and timestamps of one. */
  attestationsMax: 32,
  attestationEntriesMax: 8,
  /** Signed statements: bytes of one, how many of a folder or an export are read, and the bytes of all. */
  envelopeBytesMax: 16 * 2 ** 20,
  reviewsMax: 10_000,
  reviewBytesRunMax: 256 * 2 ** 20,
  /** Packages of a registry that one replay is made with, and their bytes as they come. */
  replayPackagesMax: 5000,
  replayPackagesBytesMax: 4 * 2 ** 30,
  /** Binaries: bytes of one that is read, segments, section headers or rows of its dynamic section, symbols, rows of relocations that are read (some several times), bytes of a symbol's name, instructions that are followed from one place, places that are followed, and members of a static library that are read. */
  binaryBytesMax: 256 * 2 ** 20,
  binarySegmentsMax: 256,
  binaryHeadersMax: 1_000_000,
  binarySymbolsMax: 5_000_000,
  binaryRelocationsMax: 100_000_000,
  symbolBytesMax: 1 << 16,
  reachInstructionsMax: 5000,
  reachStartsMax: 2000,
  libraryMembersMax: 20_000,
  /** Scripts that are analysed: bytes of one; bytes and parts of one value in it, acts and steps of the analysis of one, how deep its constructs nest, turns of one loop that are gone through, and texts in other languages inside each other. */
  scriptBytesMax: 16 * 2 ** 20,
  /** Memory of a thread that reads texts in their languages, of what lives long in it. */
  readerHeapBytesMax: 2 ** 30,
  valueBytesMax: 1 << 20,
  valuePartsMax: 64,
  scriptActsMax: 100_000,
  scriptExportsMax: 1024,
  scriptStepsMax: 2_000_000,
  scriptDepthMax: 64,
  scriptTurnsMax: 1024,
  /** Of a program: expressions inside each other, calls that are followed into each other, and values in one value. */
  expressionDepthMax: 400,
  callDepthMax: 12,
  /** Steps of a program in calls that are followed with their arguments. */
  callStepsMax: 100_000,
  /** Of one value, those that it may be where no content of a file or of the network is in them. */
  valueConstantsMax: 12,
  innerDepthMax: 8,
  /** Ways on which content becomes program, and steps that are followed back from one place. Searches of scripts that are evaluated against the release. */
  flowsMax: 10_000,
  flowStepsMax: 10_000,
  flowLengthMax: 200,
  searchesMax: 200,
  /** Of a value: nodes as a tree, with its text in KiB. Of a script: characters that are computed with, places that are said to be not analysed, calls inside calls, and words and bytes of a loop whose body is run word by word. */
  valueNodesMax: 2000,
  scriptWorkMax: 200_000_000,
  scriptBlindMax: 10_000,
  scriptCallsMax: 32,
  loopWordsMax: 64,
  loopBytesMax: 64 * 2 ** 10,
  /** Small programs that a build compiles: bytes of one that is read, and of all of a release. */
  probeBytesMax: 64 * 2 ** 10,
  probeBytesRunMax: 16 * 2 ** 20,
  /** Syntax trees: memory that the parsers in WebAssembly may take, calls that one parse reports progress with (some 20 microseconds each), nodes that are copied of one tree, and levels of one that are read. */
  syntaxHeapBytesMax: 384 * 2 ** 20,
  syntaxProgressMax: 500_000,
  syntaxNodesMax: 2_000_000,
  syntaxDepthMax: 400,
  /** Workflows of a commit, and bytes of one, that are read for what strangers write. */
  workflowsMax: 500,
  workflowBytesMax: 1 << 20,
  /** Tags that are found to have moved, commits under names of bots, new dependencies, and bytes of a manifest that is read for those. */
  movedTagsMax: 100,
  botCommitsMax: 1000,
  dependenciesMax: 10_000,
  /** New dependencies of which a registry is asked how old they are: a request each. */
  askedDependenciesMax: 4,
  /** Packages that a release needs, directly or through others, which are opened to see what they can do. */
  neededMax: 100,
  manifestBytesMax: 4 * 2 ** 20,
  /** One run in the sandbox: time on the wall, memory of all its processes, processes, output, bytes and number of all files and bytes of one that it writes. */
  sandboxSecondsMax: 600,
  sandboxMemoryBytesMax: 4 * 2 ** 30,
  /** Address space of each process that manages its memory itself: V8 reserves 10 GiB for one WebAssembly memory. */
  sandboxAddressBytesMax: 2 ** 40,
  sandboxProcessesMax: 256,
  sandboxOutputBytesMax: 2 ** 30,
  sandboxDiskBytesMax: 4 * 2 ** 30,
  sandboxFilesMax: 200_000,
  sandboxFileBytesMax: 2 ** 30,
} as const

export type Limits = { readonly [K in keyof typeof limitsDefault]: number }
