const MIB = 2 ** 20

/** Rows that are given out at a time. */
export const BATCH_ROWS = 64

/** Characters that are given out at a time, about. */
export const BATCH_CHARACTERS = MIB

/** Longest cell, in characters. A longer one in quotation marks is a lost closing mark. */
export const LONGEST_CELL = MIB

/** Longest row, in characters: as much of a file as has to be kept in memory. */
export const LONGEST_ROW = 8 * MIB

/** Bytes by which the encoding is told. */
export const ENCODING_SAMPLE = MIB

/** Most bytes that a compressed file may hold. */
export const MOST_UNPACKED = 64 * 1024 * MIB

/** Bytes of output for each byte of input above which compressed data is a bomb, once {@link BOMB_GRACE} is out. */
export const BOMB_RATIO = 1000

/** Bytes that compressed data may unpack to at any ratio. */
export const BOMB_GRACE = 100_000_000

/** Most bytes that the parts of a workbook may unpack to. */
export const MOST_WORKBOOK = 2 * 1024 * MIB

/** Most bytes of a workbook's shared texts, all of which are kept in memory. */
export const MOST_SHARED_TEXT = 512 * MIB

/** Most shared texts of a workbook: each takes memory of its own, however short it is. */
export const MOST_SHARED_TEXTS = 10_000_000
