import { Button, Modal, Progress, Radio, TextInput } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/lib/backend';
import { useCommands, type Command } from '@/lib/commands';
import { pagesOf, spansOf } from '@/lib/pages';
import { FormFrame, printPdf, type PdfPlace } from '@/ui';
import type { Material } from './materials';
import { drawWatermark } from './Watermark';
import classes from './reading.module.css';

interface Props {
  material: Material;
  url: string;
  place: PdfPlace;
}

/** Sheets that a printer is given at once: each page is a picture in memory. */
const most = 100;

/** Prints a paper, where the meeting allows that. */
export function PrintMaterial(props: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useCommands(useMemo<Command[]>(() => [{ id: 'reading.print', label: 'reading.print', group: 'pdf', hotkeys: ['mod+p'], run: () => setOpen(true) }], []));
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconPrinter size={15} />} onClick={() => setOpen(true)}>{t('reading.print')}</Button>
      <Modal opened={open} onClose={() => setOpen(false)} withCloseButton={false} padding={0} size={440} closeOnEscape={false} attributes={{ content: { 'aria-label': t('reading.print.title') } }}>
        {open && <PrintForm {...props} onClose={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

type Which = 'all' | 'page' | 'some';

function PrintForm({ material, url, place, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const { data: session } = useSession();
  const [which, setWhich] = useState<Which>(place.pages > most ? 'page' : 'all');
  const [written, setWritten] = useState('');
  const [done, setDone] = useState<{ done: number; total: number } | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const mine = new AbortController();
    leaving.current = mine;
    return () => mine.abort();
  }, []);

  const spans = which === 'some' ? spansOf(written) : null;
  const within = spans !== null && (spans.at(-1)?.[1] ?? 0) <= place.pages;
  const pages = which === 'all' ? pagesOf([[1, place.pages]]) : which === 'page' ? [place.page] : within ? pagesOf(spans) : [];
  const missing = pages.length === 0 ? t('reading.print.missing', { pages: place.pages }) : pages.length > most ? t('reading.print.many', { most }) : null;
  const print = async () => {
    const over = material.watermark ? (context: CanvasRenderingContext2D, width: number, height: number) => drawWatermark(context, width, height, session?.person?.name) : undefined;
    try {
      await printPdf({ url, pages: () => pages, over, onPage: (drawn, total) => setDone({ done: drawn, total }) }, leaving.current.signal);
      onClose();
    } finally {
      setDone(null);
    }
  };
  return (
    <FormFrame title={t('reading.print.title')} sub={<bdi>{material.title}</bdi>} submit={t('reading.print')} missing={missing} onSubmit={print} onClose={onClose}>
      <Radio.Group label={t('reading.print.which')} value={which} onChange={(to) => setWhich(to as Which)}>
        <div className={classes.printPages}>
          <Radio value="all" label={t('reading.print.all', { count: place.pages })} disabled={place.pages > most} />
          <Radio value="page" label={t('reading.print.page', { page: place.page })} data-autofocus />
          <Radio value="some" label={t('reading.print.some')} />
        </div>
      </Radio.Group>
      {which === 'some' && <TextInput label={t('reading.print.pages')} placeholder={t('reading.print.example')} value={written} maxLength={200} onChange={(event) => setWritten(event.currentTarget.value)} />}
      {material.watermark && <p className={classes.hint}>{t('reading.print.watermark')}</p>}
      {done && (
        <div role="status">
          <p className={classes.hint}>{t('reading.print.doing', done)}</p>
          <Progress value={(100 * done.done) / done.total} aria-label={t('reading.print.title')} />
        </div>
      )}
    </FormFrame>
  );
}
