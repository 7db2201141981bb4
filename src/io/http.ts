/** The network, as the rest of the program sees it: documents by digest, and small ones that change. */
export { type Access, basic, environmentAccess, isExempt, ownLogin, proxyAddress } from "./http-access.ts"
export { type Downloaded, type DownloadOptions, download, type Expected, isCached } from "./http-download.ts"
export { offlineFault, placeOfAddress, shownAddress } from "./http-fault.ts"
export { fetchMetadata, type Metadata, type MetadataOptions } from "./http-metadata.ts"
export { isGiven } from "./http-request.ts"
