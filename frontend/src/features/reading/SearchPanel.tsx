import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty, readPdf, TransferBar } from '@/ui';
import { materialUrl } from '@/lib/backend';
import { isPdf, newest, type Material } from './materials';
import { PaperTexts, type Progress } from './searchAll';
import classes from './reading.module.css';

/** Of all papers that were read in this window. */
const texts = new PaperTexts(readPdf);

interface Props {
  meeting: string;
  materials: readonly Material[];
  onOpen: (material: string, page: number, query: string) => void;
}

/** Search in the text of all papers of the meeting that are on this machine. */
export function SearchPanel({ meeting, materials, onOpen }: Props) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const { sources, missing } = useMemo(() => sourcesOf(meeting, materials), [meeting, materials]);
  const progress = useSearchAll(sources, query);
  const titles = new Map(materials.map(({ id, title }) => [id, title]));
  return (
    <div className={classes.panel}>
      <TextInput
        type="search" label={t('reading.search')} placeholder={t('reading.search.hint')} leftSection={<IconSearch size={15} />} autoFocus value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      {missing > 0 && <p className={classes.hint}>{t('reading.search.missing', { count: missing })}</p>}
      {progress?.searching && <TransferBar done={progress.done} total={progress.total} label={t('reading.searching')} />}
      <div role="status" className={classes.hint}>{progress && summary(progress, t)}</div>
      {progress?.results.map((paper) => (
        <section key={paper.id} aria-label={titles.get(paper.id)}>
          <h3>{titles.get(paper.id)}</h3>
          {paper.failed && <p className={classes.hint}>{t('reading.search.failed')}</p>}
          <ul>
            {paper.pages.map((result) => (
              <li key={result.page} className={classes.result}>
                <button type="button" className={classes.go} onClick={() => onOpen(paper.id, result.page, query)}>
                  <span className={classes.markHead}>{t('reading.page', { page: result.page })}{result.count > 1 && <> · {t('reading.search.count', { count: result.count })}</>}</span>
                  <span>{result.before}<mark>{result.hit}</mark>{result.after}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {progress && !progress.searching && progress.results.length === 0 && <Empty title={t('reading.search.none')} />}
    </div>
  );
}

function summary({ results, searching }: Progress, t: (key: string, data?: Record<string, unknown>) => string): string {
  const pages = results.reduce((sum, paper) => sum + paper.pages.length, 0);
  if (searching) return t('reading.searching');
  return pages > 0 ? t('reading.search.found', { count: pages, papers: results.filter((paper) => paper.pages.length > 0).length }) : '';
}

function sourcesOf(meeting: string, materials: readonly Material[]) {
  const papers = materials.flatMap((material) => {
    const version = newest(material);
    return version && isPdf(version) ? [{ id: material.id, here: version.here, url: materialUrl(meeting, material.id, version.key) }] : [];
  });
  return { sources: papers.filter(({ here }) => here), missing: papers.filter(({ here }) => !here).length };
}

function useSearchAll(sources: ReadonlyArray<{ id: string; url: string }>, query: string): Progress | null {
  const [progress, setProgress] = useState<Progress | null>(null);
  useEffect(() => {
    if (query.trim().length < 2) {
      setProgress(null);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => void texts.search(sources, query, setProgress, stop.signal), 220);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [sources, query]);
  return progress;
}
