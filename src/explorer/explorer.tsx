import { Filters } from './filters/filters.tsx'
import { IncidentMap } from './map/incident-map.tsx'
import { RecordPanel } from './record/record-panel.tsx'
import { Downloads } from './results/downloads.tsx'
import { Summary } from './results/summary.tsx'
import { IncidentTable } from './results/table.tsx'
import { Timeline } from './results/timeline.tsx'
import { LocationContext, useUrlState, withBasePath } from './shared/location.ts'
import { STRINGS } from './shared/strings.ts'

/** The page: filters on the left, results in the middle, the open record on the right. */
export function Explorer() {
  const location = useUrlState()
  const record = location.params.get('record')
  return (
    <LocationContext.Provider value={location}>
      <a class="skip" href="#records">
        {STRINGS.skip}
      </a>
      <header class="top">
        <h1>{STRINGS.title}</h1>
        <nav>
          <a href={withBasePath('/docs')}>{STRINGS.documentation}</a>
        </nav>
      </header>
      <div class={record ? 'page with-record' : 'page'}>
        <Filters />
        <main>
          <Summary />
          <IncidentMap />
          <Timeline />
          <IncidentTable />
          <Downloads />
        </main>
        {record && <RecordPanel key={record} id={record} />}
      </div>
    </LocationContext.Provider>
  )
}
