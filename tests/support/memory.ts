import { readFileSync } from 'node:fs'
import type { Running } from './process.ts'

/** Why the memory of a process cannot be measured here; null where it can. */
export const UNMEASURED =
  process.platform === 'linux' ? null : 'the peak of memory is read from /proc, of Linux'

/** How often to look, in milliseconds: what is taken just before the end goes unseen for as long at most. */
const INTERVAL = 10

/** The most memory that a process has had until its end, in bytes, as the kernel counts it. */
export async function peakMemory({ process, ended }: Running): Promise<number> {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, residentPeak(process.pid))
  }, INTERVAL)
  try {
    await ended
  } finally {
    clearInterval(timer)
  }
  return peak
}

function residentPeak(pid: number | undefined): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) * 1024
  } catch {
    // It has ended.
    return 0
  }
}
