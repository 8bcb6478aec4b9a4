import { Radio, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDevices, useDirectory, type BookState, type Session } from '@/lib/backend';
import { formatMoment } from '@/lib/time';
import { FormFrame, useAct } from '@/ui';
import { endOf, spans } from './books';

/** Lends the book: a clerk to the machine he sits at, an administrator to any clerk's. */
export function LendForm({ book, session, onClose }: { book: BookState; session?: Session; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useAct();
  const admin = book.may.includes('recall') && book.holder === 'server';
  const machines = useMachines(book, admin);
  const [device, setDevice] = useState<string | null>(admin ? null : book.loan?.device ?? session?.device?.id ?? null);
  const [days, setDays] = useState('0');
  const give = async () => {
    await act({ name: 'book.lend.1', id: book.id, base: book.version, args: { device: device ?? '', until: endOf(Number(days)) } }, t('books.lend.asked'));
    onClose();
  };
  return (
    <FormFrame
      title={t(book.holder === 'this' ? 'books.longer' : 'books.lend.title', { name: book.name })}
      sub={book.name}
      submit={t(book.holder === 'this' ? 'books.longer' : admin ? 'books.lend' : 'books.borrow')}
      missing={device ? null : t('books.lend.no_machine')}
      onSubmit={give}
      onClose={onClose}
    >
      <p>{t(admin ? 'books.lend.text.admin' : 'books.lend.text')}</p>
      {admin && <Select label={t('books.machine')} data={machines} value={device} onChange={setDevice} data-autofocus />}
      <Radio.Group label={t('books.lend.until')} value={days} onChange={setDays}>
        {spans.map((span) => (
          <Radio key={span} mt={8} value={String(span)} data-autofocus={!admin && span === 0 ? true : undefined} label={`${t(`books.span.${span}`)} (${formatMoment(endOf(span))})`} />
        ))}
      </Radio.Group>
    </FormFrame>
  );
}

/** Machines of the office's clerks that were not revoked. */
function useMachines(book: BookState, wanted: boolean) {
  const { data: devices } = useDevices({ enabled: wanted });
  const { data: directory } = useDirectory();
  return useMemo(() => {
    const clerks = new Set(directory?.people.filter((person) => person.posts.some((post) => post.unit === book.unit.id && post.role === 'clerk')).map(({ id }) => id));
    return (devices ?? []).filter((one) => !one.revoked && clerks.has(one.personId))
      .map((one) => ({ value: one.id, label: [one.name, one.person?.name].filter(Boolean).join(' · ') }));
  }, [devices, directory, book.unit.id]);
}
