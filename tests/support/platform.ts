/** Whether this is Windows, which differs in what {@link WINDOWS_LACKS} lists: tests of these are skipped there. */
export const isWindows = process.platform === 'win32'

const WINDOWS_LACKS = [
  'signals that a process can handle: tests of an orderly end',
  'removing or replacing a file that is open: tests of a database that is lost while it is served',
  'symbolic links, device files and file names of POSIX',
]
if (isWindows) console.warn(`Skipped here, because Windows lacks ${WINDOWS_LACKS.join('; ')}.`)
