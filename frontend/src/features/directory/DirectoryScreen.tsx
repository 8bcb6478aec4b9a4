import { TextInput } from '@mantine/core';
import { IconSearch, IconUsers } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDirectory, useSession, type PersonInfo } from '@/lib/backend';
import { formatNumber } from '@/lib/format';
import { usePeople, type People } from '@/lib/people';
import { navigate, paths, useSearch } from '@/lib/router';
import { DataTable, Empty, Loaded, Page, PageHeader, SplitPane, type Column } from '@/ui';
import { PersonCard } from './PersonCard';
import { postsOf, rankPeople } from './lookup';
import { UnitTree } from './UnitTree';
import classes from './directory.module.css';

/** Units on the left, their people on the right; one field searches both. */
export default function DirectoryScreen() {
  const directory = useDirectory();
  return <Loaded query={directory} lines={12}>{() => <Directory />}</Loaded>;
}

function Directory() {
  const { t } = useTranslation();
  const people = usePeople();
  const { data: session } = useSession();
  const address = new URLSearchParams(useSearch());
  const [query, setQuery] = useState('');
  const person = people.people.get(address.get('nguoi') ?? '');
  const fromPerson = person?.posts[0]?.unit;
  const unit = address.get('don-vi') ?? fromPerson ?? session?.unit?.id ?? people.children('')[0]?.id ?? '';
  const shown = useShown(people, unit, query);

  return (
    <Page
      fixed
      header={
        <PageHeader title={t('nav.directory')} sub={t('directory.size', { units: formatNumber(people.units.size), people: formatNumber(people.people.size) })}>
          <TextInput
            w={280}
            aria-label={t('directory.find')}
            placeholder={t('directory.find')}
            leftSection={<IconSearch size={15} />}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
          />
        </PageHeader>
      }
    >
      <div className={classes.columns}>
        <UnitTree people={people} current={unit} query={query} />
        <SplitPane
          id="directory"
          initial={320}
          min={230}
          minLeft={320}
          left={<PeopleList people={people} unit={unit} query={query} shown={shown} activeId={person?.id ?? null} />}
          right={person ? <PersonCard person={person} people={people} /> : <Empty icon={IconUsers} title={t('directory.pick')} />}
        />
      </div>
    </Page>
  );
}

function useShown(people: People, unit: string, query: string): readonly PersonInfo[] {
  return useMemo(() => {
    if (query.trim()) return rankPeople(people.people.values(), (person) => postsOf(person, people.units), query, 300).map(({ person }) => person);
    return people.units.get(unit)?.office ? people.ofOffice(unit) : people.staff(unit);
  }, [people, unit, query]);
}

interface ListProps {
  people: People;
  unit: string;
  query: string;
  shown: readonly PersonInfo[];
  activeId: string | null;
}

function PeopleList({ people, unit, query, shown, activeId }: ListProps) {
  const { t } = useTranslation();
  const columns = useMemo<Array<Column<PersonInfo>>>(
    () => [
      { id: 'name', header: t('directory.name'), width: 165, cell: (person) => person.name },
      { id: 'post', header: t('directory.post'), width: 130, grow: 1, cell: (person) => postsOf(person, people.units, query.trim() ? '' : unit) },
      { id: 'phone', header: t('directory.phone'), width: 120, cell: (person) => person.phone ?? '', hideBelow: 620 },
    ],
    [t, people, unit, query],
  );
  const open = (person: PersonInfo) => navigate(`${paths.directory}?don-vi=${encodeURIComponent(unit)}&nguoi=${encodeURIComponent(person.id)}`, { replace: true });
  return (
    <>
      <div className={classes.listHead}>{query.trim() ? t('directory.found', { count: shown.length }) : people.name(unit)}</div>
      <div className={classes.list}>
        <DataTable
          id="people"
          label={t('directory.people')}
          columns={columns}
          rows={shown}
          rowId={personId}
          activeId={activeId}
          onOpen={open}
          placeholder={shown.length === 0 ? <Empty icon={IconUsers} title={query.trim() ? t('directory.none') : t('directory.empty')} /> : undefined}
        />
      </div>
    </>
  );
}

const personId = (person: PersonInfo) => person.id;
