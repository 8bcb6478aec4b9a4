import { useDebouncedValue } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useDocument, type Doc } from '@/lib/backend';
import { Empty, Loaded } from '@/ui';
import { ActionBar } from './ActionBar';
import { DocumentHead } from './DocumentHead';
import { Reading } from './Reading';
import { useDocActions, type DocActions } from './useDocActions';
import classes from './document.module.css';

/** The document under the keyboard in a list, with its keys. It follows after a moment, so that moving stays quick. */
export function useActiveDocument(id: string | undefined): { doc: Doc | undefined; actions: DocActions; id: string; query: ReturnType<typeof useDocument> } {
  const [asked] = useDebouncedValue(id ?? '', 140);
  const query = useDocument(asked);
  const doc = asked && asked === id ? query.data : undefined;
  const actions = useDocActions(doc, (doc && !query.isFetching) || query.isError ? '' : id);
  return { doc, actions, id: asked, query };
}

/** A document beside a list: what it is, what can be done, and the paper. Forms open in the list's place. */
export function Preview({ active }: { active: ReturnType<typeof useActiveDocument> }) {
  const { t } = useTranslation();
  if (!active.id) return <Empty title={t('doc.preview.none')} />;
  return (
    <section className={classes.preview} aria-label={t('doc.preview')}>
      <Loaded query={active.query}>
        {(doc) => (
          <>
            <div className={classes.previewHead}>
              <DocumentHead doc={doc} level={2} />
              <ActionBar actions={active.actions} room={2} />
            </div>
            <div className={classes.previewBody}><Reading key={doc.id} doc={doc} /></div>
          </>
        )}
      </Loaded>
    </section>
  );
}
