const MIB = 2 ** 20

/** Rows of a batch, at most. */
export const BATCH_ROWS = 64

/** Characters of a batch, about. */
export const BATCH_CHARACTERS = MIB

/** Characters of a cell. A longer one in quotation marks lacks its closing mark. */
export const MAX_CELL_LENGTH = MIB

/** Characters of a row: the part of a file that has to be kept in memory. */
export const MAX_ROW_LENGTH = 8 * MIB

/** Bytes from which the encoding is detected. */
export const ENCODING_SAMPLE = MIB

/** Bytes from which the format and the separator of columns are detected. */
export const FORMAT_SAMPLE = MIB / 4

/** Bytes to which a compressed file may unpack. */
export const MAX_UNPACKED_BYTES = 64 * 1024 * MIB

/** Bytes of output for each byte of input above which compressed data is a bomb, after {@link BOMB_GRACE} bytes. */
export const BOMB_RATIO = 1000

/** Bytes to which compressed data may unpack at any ratio. */
export const BOMB_GRACE = 100_000_000

/** Bytes to which the parts of a workbook may unpack. */
export const MAX_WORKBOOK_BYTES = 2 * 1024 * MIB

/** Bytes of a workbook's shared texts, all of which are kept in memory. */
export const MAX_SHARED_TEXT_BYTES = 512 * MIB

/** Shared texts of a workbook: each takes memory, however short it is. */
export const MAX_SHARED_TEXTS = 10_000_000
