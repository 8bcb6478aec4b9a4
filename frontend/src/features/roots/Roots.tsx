import { Button, FileButton, Modal } from '@mantine/core';
import { IconCertificate, IconUpload } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useRoots, type Root, type RootOffer } from '@/lib/backend';
import { errorText } from '@/lib/errors';
import { formatBytes, formatFacts } from '@/lib/format';
import { formatDate, formatMoment } from '@/lib/time';
import { Empty, Loaded, StatusPill } from '@/ui';
import { AddRoot } from './AddRoot';
import { EndRoot } from './EndRoot';
import { Fact } from './Facts';
import { Lists } from './Lists';
import { base64Of, mostFileBytes, printLines, stateOf, tones } from './roots';
import classes from './roots.module.css';

interface Offered {
  file: string;
  offers: RootOffer[];
}

/** The province's administrator: whom the province trusts, from a file of the authority; and what is known of revocation. */
export function Roots() {
  const { t } = useTranslation();
  const query = useRoots();
  const [offered, setOffered] = useState<Offered | null>(null);
  const [ending, setEnding] = useState<Root | null>(null);
  return (
    <>
      <Import onRead={setOffered} />
      <Loaded query={query} lines={4}>
        {(view) => (
          <>
            {view.roots.length === 0 ? <Empty icon={IconCertificate} title={t('roots.none')} text={t('roots.none.text')} /> : (
              <ul className={classes.list} aria-label={t('roots.title')}>
                {view.roots.map((root) => <RootRow key={root.sha256} root={root} now={query.dataUpdatedAt} onEnd={() => setEnding(root)} />)}
              </ul>
            )}
            <Lists lists={view.lists} asks={view.asks} now={query.dataUpdatedAt} />
          </>
        )}
      </Loaded>
      <Dialog opened={offered !== null} label={t('roots.add')} onClose={() => setOffered(null)}>
        {offered && <AddRoot file={offered.file} offers={offered.offers} onClose={() => setOffered(null)} />}
      </Dialog>
      <Dialog opened={ending !== null} label={t('roots.end.title')} onClose={() => setEnding(null)}>
        {ending && <EndRoot root={ending} onClose={() => setEnding(null)} />}
      </Dialog>
    </>
  );
}

function Dialog({ opened, label, onClose, children }: { opened: boolean; label: string; onClose: () => void; children: ReactNode }) {
  return (
    <Modal
      opened={opened} onClose={onClose} withCloseButton={false} padding={0} size={640} closeOnEscape={false}
      classNames={{ body: classes.dialog }} attributes={{ content: { 'aria-label': label } }}
    >
      {children}
    </Modal>
  );
}

/** A file of the authority is read and shown; nothing is trusted by it. */
function Import({ onRead }: { onRead: (offered: Offered) => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const again = useRef<() => void>(null); // the same file may be chosen once more
  const read = async (file: File | null) => {
    if (!file) return;
    again.current?.();
    if (file.size > mostFileBytes) return setFailed(t('roots.too_large', { name: file.name, max: formatBytes(mostFileBytes) }));
    setBusy(true);
    setFailed(null);
    try {
      onRead({ file: file.name, offers: await api.readRoots(await base64Of(file)) });
    } catch (error) {
      setFailed(`${file.name}: ${errorText(error)}`);
    }
    setBusy(false);
  };
  return (
    <div className={classes.tools}>
      <FileButton resetRef={again} accept=".cer,.crt,.pem,.der,.p7b,.p7c" onChange={(file) => void read(file)} inputProps={{ 'aria-label': t('roots.choose') }}>
        {(props) => <Button {...props} size="compact-sm" variant="light" loading={busy} leftSection={<IconUpload size={15} aria-hidden />}>{t('roots.import')}</Button>}
      </FileButton>
      {failed && <p role="alert" className={classes.failed}>{failed}</p>}
    </div>
  );
}

function RootRow({ root, now, onEnd }: { root: Root; now: number; onEnd: () => void }) {
  const { t } = useTranslation();
  const state = stateOf(root, now);
  const { added } = root;
  const change = t(state === 'ended' ? 'roots.end.again' : 'roots.end');
  const by = added && t('roots.added', { at: formatMoment(added.at), name: added.person?.name || added.personId || t('roots.operator') });
  return (
    <li className={classes.root} data-state={state}>
      <div className={classes.head}>
        <IconCertificate size={18} stroke={1.6} aria-hidden />
        <h3 title={root.subject}><bdi>{root.name}</bdi></h3>
        {root.kind === 'test' && <StatusPill tone="warn">{t('roots.kind.test')}</StatusPill>}
        <StatusPill tone={tones[state]}>{t(`roots.state.${state}`)}</StatusPill>
        <Button size="compact-sm" variant="subtle" color="son" aria-label={`${change}: ${root.name}`} onClick={onEnd}>{change}</Button>
      </div>
      <dl className={classes.facts}>
        <Fact name="uses">{formatFacts(root.uses.map((use) => t(`roots.use.${use}`)).join(', '), root.kind !== 'test' && t(`roots.kind.${root.kind}`), root.intermediate && t('roots.intermediate.short', { name: root.issuer }))}</Fact>
        <Fact name="trusted">{t('roots.span', { from: formatDate(root.since), to: formatDate(root.until) })}</Fact>
        <Fact name="period">{formatFacts(t('roots.span', { from: formatDate(root.notBefore), to: formatDate(root.notAfter) }), root.key)}</Fact>
        <Fact name="print">{printLines(root.sha256, 8).map((line, i) => <span key={i} className={classes.code}>{line.join(' ')}</span>)}</Fact>
        <Fact name="source"><bdi>{root.note}</bdi>{by && <span className={classes.quiet}>{by}</span>}</Fact>
      </dl>
    </li>
  );
}
