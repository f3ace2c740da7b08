import { Downloads } from './downloads.tsx'
import { Filters } from './filters.tsx'
import { LocationContext, useAddress } from './location.ts'
import { IncidentMap } from './map.tsx'
import { RecordPanel } from './record.tsx'
import { STRINGS } from './strings.ts'
import { Summary } from './summary.tsx'
import { IncidentTable } from './table.tsx'
import { Timeline } from './timeline.tsx'

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
