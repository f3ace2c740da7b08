import { readFileSync } from 'node:fs'
import type { RunningCommand } from './process.ts'

/** The reason why the memory of a process cannot be measured here; null if it can. */
export const UNMEASURED =
  process.platform === 'linux' ? null : 'the peak of memory is read from /proc, of Linux'

/** Sampling interval in milliseconds; a peak in the last interval may be missed. */
const INTERVAL_MS = 10

/** Measures the peak of resident memory of a process until its end, in bytes, by the kernel's count. */
export async function measurePeakMemory({ process, ended }: RunningCommand): Promise<number> {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, readResidentPeak(process.pid))
  }, INTERVAL_MS)
  try {
    await ended
  } finally {
    clearInterval(timer)
  }
  return peak
}

function readResidentPeak(pid: number | undefined): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) * 1024
  } catch {
    // The process has ended.
    return 0
  }
}
