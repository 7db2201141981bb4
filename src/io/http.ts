/** The network, as the rest of the program sees it: documents by digest, and small ones that change. */
export { type Downloaded, type DownloadOptions, download, type Expected } from "./http-download.ts"
export { fetchMetadata, type Metadata, type MetadataOptions } from "./http-metadata.ts"
export { shownAddress } from "./http-request.ts"
