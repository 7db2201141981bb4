/**
 * An index of known origins is one SQLite file and, beside it, a file with its SHA-256. No row is believed before the digest of the whole file was seen to
 * be right, so that damage is told and never looked up in.
 *
 *     family       one base name: the contents that had it, and their lines as numbers, each text coded against an earlier one;
 *                  how many lines the shortest and the longest have
 *     line_bucket  the lines whose hash begins with the twelve bits `id`, sixteen bytes each: the hash without its first byte, then the number (big-endian)
 *     content_bucket  the contents whose SHA-256 begins with the twelve bits `id`: their digests, and for each a record with its size (four bytes, big-endian):
 *                  what it claims to be, and the path, version and day of each appearance (varints)
 *
 * Lines that many families share are numbered first, then family by family, the largest first: a rare line's number tells the family in which it was first seen.
 */
export const formatVersion = 2
/** "EbOr", the database's application_id (https://www.sqlite.org/fileformat.html, "Application ID"). */
export const applicationId = 0x45624f72

export const schema = `
  CREATE TABLE origin(id INTEGER PRIMARY KEY, name TEXT NOT NULL, trust TEXT NOT NULL, files INTEGER NOT NULL);
  CREATE TABLE origin_fact(origin INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL);
  CREATE TABLE line_count(value INTEGER NOT NULL);
  CREATE TABLE family(id INTEGER PRIMARY KEY, name TEXT NOT NULL, first_line INTEGER NOT NULL, contents BLOB NOT NULL, editions BLOB NOT NULL,
    shortest INTEGER NOT NULL, longest INTEGER NOT NULL);
  CREATE TABLE line_bucket(id INTEGER PRIMARY KEY, lines BLOB NOT NULL);
  CREATE TABLE path(id INTEGER PRIMARY KEY, origin INTEGER NOT NULL, text TEXT NOT NULL);
  CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE content_bucket(id INTEGER PRIMARY KEY, digests BLOB NOT NULL, records BLOB NOT NULL);`

export const indexes = "CREATE UNIQUE INDEX family_name ON family(name);"

/** `claim` where a text claims nothing. */
export const noWord = 0

export const digestBytes = 32
/** More than any limit lets in: an id is a bucket and a place in it. */
export const contentsInBucketMax = 2 ** 24
export const contentBucketOf = (sha256: string): number => Number.parseInt(sha256.slice(0, 3), 16)
export const contentId = (bucket: number, index: number): number => bucket * contentsInBucketMax + index
export const contentIdMax = 4096 * contentsInBucketMax
export const bucketOf = (hash: string): number => hash.charCodeAt(0) * 16 + (hash.charCodeAt(1) >> 4)
export const bucketEntryBytes = 16
export const digestPath = (path: string): string => `${path}.sha256`
