import { Downloads } from './results/downloads.tsx'
import { Filters } from './filters/filters.tsx'
import { LocationContext, useAddress } from './shared/location.ts'
import { IncidentMap } from './map/incident-map.tsx'
import { RecordPanel } from './record/record-panel.tsx'
import { STRINGS } from './shared/strings.ts'
import { Summary } from './results/summary.tsx'
import { IncidentTable } from './results/table.tsx'
import { Timeline } from './results/timeline.tsx'

/** The explorer: filters, and the records that they leave on a map, a timeline and in a table. */
export function Explorer() {
  const location = useAddress()
  const record = location.params.get('record')
  return (
    <LocationContext.Provider value={location}>
      <a class="skip" href="#records">
        {STRINGS.skip}
      </a>
      <header class="top">
        <h1>{STRINGS.title}</h1>
        <nav>
          <a href="/docs">{STRINGS.documentation}</a>
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
