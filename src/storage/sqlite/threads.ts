import { Worker } from 'node:worker_threads'

/** Starts a thread that runs a module of this folder. */
export function startThread(module: string, workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`./${module}.js`, import.meta.url), { workerData })
  // Sources are read by a loader, which a thread has to register first.
  const { href } = new URL(`./${module}.ts`, import.meta.url)
  const script = `import('tsx/esm/api').then(({ register }) => {
    register()
    return import(${JSON.stringify(href)})
  })`
  return new Worker(script, { eval: true, workerData })
}
